/** Slack's limits on Block Kit, as documented: what breaks one is `invalid_blocks` at the real service, and the message is lost. */

/** Every complaint with a JSON pointer to its place; empty for blocks that Slack would take. */
export function judgeBlocks(blocks: unknown): readonly string[] {
  if (!Array.isArray(blocks)) return ["must be an array [json-pointer:/blocks]"];
  const found: string[] = [];
  if (blocks.length > 50) found.push("no more than 50 items allowed [json-pointer:/blocks]");
  const ids = blocks.flatMap((block) => (isRecord(block) && block.block_id !== undefined ? [block.block_id] : []));
  if (new Set(ids).size < ids.length) found.push("block_id must be unique [json-pointer:/blocks]");
  for (const [index, block] of blocks.entries()) judgeBlock(block, `/blocks/${index}`, found);
  return found;
}

function judgeBlock(block: unknown, at: string, found: string[]): void {
  if (!isRecord(block)) {
    complain(found, "must be an object", at);
    return;
  }
  const judge = BLOCKS[String(block.type)];
  if (!judge) {
    complain(found, `unsupported type: ${String(block.type)}`, `${at}/type`);
    return;
  }
  if (block.block_id !== undefined) atMost(block.block_id, 255, `${at}/block_id`, found);
  judge(block, at, found);
}

type Judge = (block: Fields, at: string, found: string[]) => void;

const BLOCKS: Readonly<Record<string, Judge>> = {
  divider: (block, at, found) => only(block, [], at, found),
  header: (block, at, found) => {
    only(block, ["text"], at, found);
    judgeText(block.text, 150, `${at}/text`, found, ["plain_text"]);
  },
  section: (block, at, found) => {
    only(block, ["text", "fields", "accessory", "expand"], at, found);
    if (block.text === undefined && block.fields === undefined) complain(found, "text or fields required", at);
    if (block.text !== undefined) judgeText(block.text, 3000, `${at}/text`, found);
    each(block.fields, 10, `${at}/fields`, found, (field, place) => judgeText(field, 2000, place, found));
    if (block.accessory !== undefined) judgeElement(block.accessory, `${at}/accessory`, found);
  },
  context: (block, at, found) => {
    only(block, ["elements"], at, found);
    each(required(block.elements), 10, `${at}/elements`, found, (element, place) => {
      if (isRecord(element) && element.type === "image") judgeImage(element, place, found);
      else judgeText(element, 3000, place, found);
    });
  },
  actions: (block, at, found) => {
    only(block, ["elements"], at, found);
    each(required(block.elements), 25, `${at}/elements`, found, (element, place) =>
      judgeElement(element, place, found),
    );
  },
  image: (block, at, found) => {
    only(block, ["image_url", "alt_text", "title"], at, found);
    judgeImage(block, at, found);
    if (block.title !== undefined) judgeText(block.title, 2000, `${at}/title`, found, ["plain_text"]);
  },
  markdown: (block, at, found) => {
    only(block, ["text"], at, found);
    atMost(block.text, 12_000, `${at}/text`, found);
  },
  rich_text: (block, at, found) => {
    only(block, ["elements"], at, found);
    each(required(block.elements), 100, `${at}/elements`, found, () => {});
  },
};

function judgeElement(element: unknown, at: string, found: string[]): void {
  if (!isRecord(element)) {
    complain(found, "must be an object", at);
    return;
  }
  if (element.type === "image") {
    judgeImage(element, at, found);
    return;
  }
  if (element.type !== "button") {
    complain(found, `unsupported type: ${String(element.type)}`, `${at}/type`);
    return;
  }
  only(element, ["text", "action_id", "url", "value", "style", "confirm", "accessibility_label"], at, found);
  judgeText(element.text, 75, `${at}/text`, found, ["plain_text"]);
  if (element.action_id !== undefined) atMost(element.action_id, 255, `${at}/action_id`, found);
  if (element.url !== undefined) atMost(element.url, 3000, `${at}/url`, found);
  if (element.value !== undefined) atMost(element.value, 2000, `${at}/value`, found);
  if (element.style !== undefined && element.style !== "primary" && element.style !== "danger")
    complain(found, "must be primary or danger", `${at}/style`);
}

function judgeImage(image: Fields, at: string, found: string[]): void {
  atMost(image.image_url, 3000, `${at}/image_url`, found);
  atMost(image.alt_text, 2000, `${at}/alt_text`, found);
}

function judgeText(
  text: unknown,
  limit: number,
  at: string,
  found: string[],
  types: readonly string[] = ["plain_text", "mrkdwn"],
): void {
  if (!isRecord(text)) {
    complain(found, "must be a text object", at);
    return;
  }
  only(text, ["text", "emoji", "verbatim"], at, found);
  if (!types.includes(String(text.type))) complain(found, `must be ${types.join(" or ")}`, `${at}/type`);
  atMost(text.text, limit, `${at}/text`, found);
}

/** 1 to `limit` characters. */
function atMost(value: unknown, limit: number, at: string, found: string[]): void {
  if (typeof value !== "string") complain(found, "must be a string", at);
  else if (value.length === 0) complain(found, "must be more than 0 characters", at);
  else if (value.length > limit) complain(found, `must be less than ${limit + 1} characters`, at);
}

function each(
  items: unknown,
  limit: number,
  at: string,
  found: string[],
  judge: (item: unknown, at: string) => void,
): void {
  if (items === undefined) return;
  if (!Array.isArray(items) || items.length === 0) {
    complain(found, "must be an array with items", at);
    return;
  }
  if (items.length > limit) complain(found, `no more than ${limit} items allowed`, at);
  for (const [index, item] of items.entries()) judge(item, `${at}/${index}`);
}

function required(items: unknown): unknown {
  return items ?? null;
}

function only(block: Fields, allowed: readonly string[], at: string, found: string[]): void {
  for (const key of Object.keys(block))
    if (key !== "type" && key !== "block_id" && !allowed.includes(key))
      complain(found, `additional property not allowed: ${key}`, at);
}

function complain(found: string[], words: string, at: string): void {
  found.push(`${words} [json-pointer:${at}]`);
}

type Fields = Record<string, unknown>;

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
