/** Markup that Python wrote: formulas as MathML. */
export function Html({ html, block }: { html: string; block?: boolean }) {
  const inner = { __html: html };
  return block ? <div class="formula" dangerouslySetInnerHTML={inner} /> : <span dangerouslySetInnerHTML={inner} />;
}
