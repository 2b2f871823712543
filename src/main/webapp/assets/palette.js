/** Colours that tell groups and people apart. */

const COLOURS = 8;

/** The class of one of eight colours, from an id: always the same one for the same group or person. */
export const colourOf = (id) => `colour-${(Number.parseInt(id.slice(-6), 16) % COLOURS) + 1}`;
