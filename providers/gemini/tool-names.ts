/**
 * A tool's name in the alphabet of the API, `^[a-zA-Z_][a-zA-Z0-9_.:-]*$`, such that it can be told back without knowing
 * the request: a foreign character is its code point between `_x` and `_`, and so is an underscore that would read as
 * the beginning of one.
 */
export const encodeToolName = (name: string): string =>
  name.replace(/^[0-9.:-]|_(?=x[0-9a-f]+_)|[^a-zA-Z0-9_.:-]/gu, char => `_x${char.codePointAt(0)!.toString(16)}_`);

export const decodeToolName = (name: string): string =>
  name.replace(/_x([0-9a-f]{1,6})_/g, (written, hex: string) => {
    const point = Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : written;
  });
