/** How lines are told apart: by colour, then by dashes, then by width. */

/** What there is in the style sheet of each. */
export const COLOURS = 8;
const DASHES = 6;

export interface LineStyle {
  colour: number;
  dash?: number;
  isThin?: boolean;
}

/** The style of the line at a place among many. */
export function lineStyle(at: number): LineStyle {
  const round = Math.floor(at / COLOURS);
  return { colour: (at % COLOURS) + 1, dash: round % DASHES, isThin: Math.floor(round / DASHES) % 2 === 1 };
}

export function lineClass({ colour, dash = 0, isThin = false }: LineStyle): string {
  return `c${colour} d${dash}${isThin ? " thin" : ""}`;
}

/** A piece of a line, as it is drawn. */
export function Swatch({ of }: { of: LineStyle }) {
  return (
    <svg class="swatch" width="30" height="8" aria-hidden="true">
      <path class={`line ${lineClass(of)}`} d="M0 4H30" />
    </svg>
  );
}
