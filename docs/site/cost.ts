// The cost of a solver: TeX with whole phrases, which browsers do not wrap inside a formula.

/** Markdown in which only the mathematics is a formula, so that lines can break between words. */
export function costInMarkdown(cost: string): string {
  return topLevelPieces(cost)
    .map(({ text, isProse }) => {
      if (isProse) return text.replaceAll('\\,', ' ');
      const [, comma = '', formula] = /^\s*(,\s*)?(.*?)\s*$/s.exec(text) ?? [];
      return formula ? `${comma}$${formula}$` : comma;
    })
    .join('');
}

/** Cuts at every `\text{…}` that is not within parentheses: O(\text{edges}) stays whole. */
function topLevelPieces(cost: string): { readonly text: string; readonly isProse: boolean }[] {
  const parts = cost.split(/\\text\{([^}]*)\}/);
  const pieces: { text: string; isProse: boolean }[] = [{ text: parts[0], isProse: false }];
  let depth = 0;
  parts.forEach((part, k) => {
    if (k % 2 === 0) {
      for (const letter of part) depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
      return;
    }
    const next = parts[k + 1];
    if (depth === 0) pieces.push({ text: part, isProse: true }, { text: next, isProse: false });
    else pieces[pieces.length - 1].text += `\\text{${part}}${next}`;
  });
  return pieces;
}
