/**
 * Names of the script that no browser gives a meaning. In the page they are short, and of the orders
 * that were tried, this one compresses best.
 */
const ownNames = (
  "family labels moment bounds suffix drawRow texts series unit box rate columns most " +
  "families label counts count heat history line kept shown share last owner found " +
  "quantiles problems numberIn points finite updateSeries titleOf kindOf pen row sumsOf " +
  "bucketsIn sumOf quantile quoted clone counted nothing drawLine outline perSecond " +
  "updateFamily word isReset arrange promQl warn isNew unescaped response names words " +
  "summaryOf lines kind total unitOf below sorts rows unquoted placeOf isKept age rank part " +
  "own isSpread failed readPage isPaused newRow detail wanted familyOf what drawDetail " +
  "sorting prepareCopy problem isTaken watcher inOrder scales failures visible recent left " +
  "down focusedRow steps isPart byName tell isState place isAsking drawBuckets isInUse " +
  "column toNumber least drawSeries toggle matching known pick button added roomFor range " +
  "isOld selector readLabels up focused timer human change limit buckets drawHeat poll " +
  "newLine filled bound"
).trim().split(" ");

/**
 * A token of the script: a comment, a string, a regular expression, a word, blanks, or a sign. A
 * slash with a blank after it divides.
 */
const token =
  /\/\/.*|"(?:\\.|[^"\\])*"|'[^']*'|\/(?=\S)(?:\[(?:\\.|[^\]\\])*\]|\\.|[^/\\[\n])+\/[a-z]*|[\w$]+|\s+|[^]/g;

/**
 * A script without comments, without blanks that say nothing, and with short names. It stays text
 * that a browser's debugger can lay out again.
 */
export function compactScript(script: string): string {
  const parts: string[] = [];
  let before = "";
  let blank = "";
  for (const [part] of script.matchAll(token)) {
    if (part.startsWith("//")) continue;
    if (part.trim() === "") {
      if (blank !== "\n") blank = part.includes("\n") ? "\n" : " ";
      continue;
    }
    const place = ownNames.indexOf(part);
    const next = place < 0 ? part.replace(/^const$/, "let") : shortName(place);
    if (blank !== "" && isNeeded(blank, before, next[0])) parts.push(blank);
    parts.push(next);
    before = next.slice(-1);
    blank = "";
  }
  return parts.join("");
}

/** A name of capitals, which no other name in the script is. */
function shortName(place: number): string {
  const letter = String.fromCharCode(65 + place % 26);
  return place < 26 ? letter : shortName(Math.floor(place / 26) - 1) + letter;
}

/** Whether what is between two characters ends a statement or a word. */
function isNeeded(blank: string, before: string, after: string): boolean {
  if (blank === " ") return /[\w$]/.test(before) && /[\w$]/.test(after);
  return !/[{([,;:?=&|+]/.test(before) && !/[)\]}.?:&|+]/.test(after) && before !== "";
}

/** A style sheet without blanks that say nothing. */
export function compactStyle(style: string): string {
  return style.replace(/\s+/g, " ").replace(/ ?([{};,]) ?/g, "$1").replace(/: /g, ":")
    .replaceAll(";}", "}").trim();
}
