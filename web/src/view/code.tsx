/** Code in tabs, each with a button that copies it. */
import { useEffect, useState } from "preact/hooks";
import { useWords } from "./language";

export function Code({ text, label }: { text: string; label: string }) {
  const words = useWords();
  const [state, setState] = useState<"" | "copied" | "failed">("");
  useEffect(() => setState(""), [text]);
  const said = { "": words.copy, copied: words.copied, failed: words.notCopied }[state];
  const copy = async () => setState((await copied(text)) ? "copied" : "failed");
  return (
    <div class="code">
      <button type="button" onClick={copy} aria-live="polite" aria-label={`${said}: ${label}`}>
        {said}
      </button>
      <pre tabIndex={0} aria-label={label}>
        <code>{text}</code>
      </pre>
    </div>
  );
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // A page from a disk may not ask for the clipboard; a selection can still be copied.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

export function Tabs({ texts, label }: { texts: Record<string, string>; label: string }) {
  const names = Object.keys(texts);
  const [chosen, setChosen] = useState(names[0] ?? "");
  const shown = texts[chosen] === undefined ? (names[0] ?? "") : chosen;
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = names[(names.indexOf(shown) + step + names.length) % names.length]!;
    setChosen(next);
    const tabs = (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=tab]");
    tabs[names.indexOf(next)]?.focus();
  };
  return (
    <div class="tabs">
      <div role="tablist" aria-label={label} onKeyDown={move}>
        {names.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            aria-selected={name === shown}
            tabIndex={name === shown ? 0 : -1}
            onClick={() => setChosen(name)}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={shown}>
        <Code text={texts[shown] ?? ""} label={shown} />
      </div>
    </div>
  );
}
