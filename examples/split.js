/**
 * Split a text into words in lower case, without the little words that every text is full of.
 *
 * The first half of a sequence whose second half is written in Python:
 *
 *     wsk action create split split.js
 *     wsk action create top-words --sequence split,wordcount
 *     wsk action invoke top-words --result --param text "$(cat raven.txt)"
 */
const LITTLE_WORDS = new Set(
  `a all an and as at be but by for from have he his i if in into is it its me my no not of on or
   so some than that the then there this thy till to was what whether whom with you`.split(/\s+/),
);

function main({ text = "", ...others }) {
  const words = text.toLowerCase().match(/\p{L}+(?:['’]\p{L}+)*/gu) ?? [];
  const telling = words.filter((word) => !LITTLE_WORDS.has(word));
  console.log(`kept ${telling.length} of ${words.length} words`);
  return { ...others, words: telling };
}
