/** Behind a space every word is one token of o200k, and so is the first one alone: N words are N tokens. */
export const words: readonly string[] =
  'once there was a small house on a hill where an old man kept the light for every ship that came home at night he would climb up at dark and look over the sea and write down what he saw in a big book until one day a young girl came to the door and asked him what the book was for so he told her that no word in it had ever been true and she said that this was fine since every good story should start like this and so'.split(
    ' ',
  );

/** The deterministic story of `count` words, a word at a time with the space before it. */
export function* story(count: number): Generator<string, void, undefined> {
  for (let index = 0; index < count; index++) {
    const word = words[index % words.length]!;
    yield index === 0 ? word : ` ${word}`;
  }
}
