// The phone page's own script: counts down, follows changes, and answers with a passkey. Without it the forms still work.
const cards = document.getElementById("cards");
const token = document.querySelector("meta[name=phone-token]").content;
const hasPasskeys = Boolean(window.PublicKeyCredential?.parseRequestOptionsFromJSON);
let busy = false;
let stale = false;

function prepare() {
  for (const part of cards.querySelectorAll("[data-passkey]")) part.hidden = !hasPasskeys;
  for (const button of cards.querySelectorAll("button[data-passkey]"))
    button.addEventListener("click", () => approve(button.closest("article")));
  tick();
}

function tick() {
  for (const card of cards.querySelectorAll("article")) {
    const { sent, expires } = card.dataset;
    const left = Math.max(0, Number(expires) - Date.now());
    const seconds = Math.ceil(left / 1000);
    card.querySelector(".left").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    card.querySelector(".bar i").style.transform = `scaleX(${left / (Number(expires) - Number(sent))})`;
    card.classList.toggle("urgent", seconds <= 30);
    if (left === 0 && !card.dataset.over) {
      card.dataset.over = "yes";
      setTimeout(refresh, 300);
    }
  }
}

async function refresh() {
  if (busy) {
    stale = true;
    return;
  }
  stale = false;
  const response = await fetch("/cards");
  if (!response.ok) return;
  cards.innerHTML = await response.text();
  prepare();
}

async function approve(card) {
  busy = true;
  card.classList.add("busy");
  try {
    const base = `/requests/${card.dataset.request}/passkey`;
    let next = await post(`${base}/begin`, {});
    if (next.kind === "create") {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(next.publicKey);
      const made = await navigator.credentials.create({ publicKey });
      next = await post(`${base}/register`, made.toJSON());
    }
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(next.publicKey);
    const answer = await navigator.credentials.get({ publicKey });
    await post(`${base}/approve`, answer.toJSON());
  } catch (error) {
    const trouble = card.querySelector(".trouble");
    trouble.textContent =
      error.name === "NotAllowedError"
        ? "No passkey was given, so nothing is approved."
        : `Not approved: ${error.message}`;
    trouble.hidden = false;
  } finally {
    busy = false;
    card.classList.remove("busy");
    if (stale) refresh();
  }
}

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-phone-token": token },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

const events = new EventSource("/events");
// Also when the line opens: a request may have arrived before anybody listened.
for (const event of ["open", "change"]) events.addEventListener(event, refresh);
setInterval(tick, 250);
prepare();
