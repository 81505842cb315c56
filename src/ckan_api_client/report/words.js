"use strict";
// Tells which words of two texts differ. It knows nothing of the page.
const compareWords = (() => {
  const MOST_STEPS = 250000;
  function words(text) { return text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) || []; }
  function compare(before, after) {
    // Pairs of a sign and a text: what is in both, in the first only, in the second only.
    let one = words(before), other = words(after), start = 0, end = 0;
    while (start < one.length && start < other.length && one[start] === other[start]) start += 1;
    while (end < one.length - start && end < other.length - start
      && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
    const head = one.slice(0, start), tail = one.slice(one.length - end);
    one = one.slice(start, one.length - end); other = other.slice(start, other.length - end);
    const middle = one.length * other.length > MOST_STEPS
      ? [["-", one.join("")], ["+", other.join("")]] : longest(one, other);
    return [["=", head.join("")], ...joined(middle), ["=", tail.join("")]].filter((part) => part[1]);
  }
  function joined(parts) {
    // Words that changed one after the other are one change: the spaces between them are no islands.
    const found = [];
    let gone = "", come = "";
    const end = () => { found.push(["-", gone], ["+", come]); gone = come = ""; };
    parts.forEach(([sign, text], place) => {
      if (sign === "-") gone += text;
      else if (sign === "+") come += text;
      else if (!text.trim() && place > 0 && place < parts.length - 1) { gone += text; come += text; }
      else { end(); found.push([sign, text]); }
    });
    end();
    return found;
  }
  function longest(one, other) {
    const width = other.length + 1, table = new Uint16Array((one.length + 1) * width);
    for (let i = one.length - 1; i >= 0; i -= 1) {
      for (let j = other.length - 1; j >= 0; j -= 1) {
        table[i * width + j] = one[i] === other[j] ? table[(i + 1) * width + j + 1] + 1
          : Math.max(table[(i + 1) * width + j], table[i * width + j + 1]);
      }
    }
    const parts = [];
    const add = (sign, text) => {
      const last = parts[parts.length - 1];
      if (last && last[0] === sign) last[1] += text; else parts.push([sign, text]);
    };
    let i = 0, j = 0;
    while (i < one.length || j < other.length) {
      if (i < one.length && j < other.length && one[i] === other[j]) { add("=", one[i]); i += 1; j += 1; }
      else if (j >= other.length || (i < one.length && table[(i + 1) * width + j] >= table[i * width + j + 1])) {
        add("-", one[i]); i += 1;
      } else { add("+", other[j]); j += 1; }
    }
    return parts;
  }
  return compare;
})();
