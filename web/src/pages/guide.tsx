/** A choice guide: a few questions lead to one or two functions, each with its reason and its evidence. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { data, find, type Choice, type Question } from "../data";
import { link } from "../route";
import { useLanguage, useText, useWords } from "../view/language";
import { Spark } from "../view/spark";
import { Text } from "../view/text";
import type { PageProps } from "./page";

type Answer = Question["answers"][number];

/** The questions that an address has answered, and what comes next: a question or choices. */
export function follow(state: Record<string, string>): {
  asked: [Question, Answer][];
  next?: Question;
  choices?: Choice[];
} {
  const asked: [Question, Answer][] = [];
  let question = data.questions[0];
  while (question) {
    const answer: Answer | undefined = question.answers.find((each) => each.name === state[question!.name]);
    if (!answer) return { asked, next: question };
    asked.push([question, answer]);
    if (answer.choices) return { asked, choices: answer.choices };
    question = data.questions.find((each) => each.name === answer.next);
  }
  return { asked };
}

export function GuidePage({ route, setState }: PageProps) {
  const words = useWords();
  const text = useText();
  const { asked, next, choices } = follow(route.state);
  const after = useRef<HTMLElement>(null);
  const answered = useRef(asked.length);
  useLayoutEffect(() => {
    if (answered.current === asked.length) return;
    answered.current = asked.length;
    // The button that was pressed is gone: what comes next takes the focus.
    after.current?.focus();
  }, [asked.length]);
  const clearFrom = (at: number) =>
    setState(Object.fromEntries(asked.slice(at).map(([question]) => [question.name, undefined])));
  return (
    <article class="guide">
      <h1>{words.guideTitle}</h1>
      <p class="summary">{words.guideText}</p>
      <ol class="asked">
        {asked.map(([question, answer], at) => (
          <li key={question.name}>
            <span>{text(question.asks)}</span> <strong>{text(answer.text)}</strong>{" "}
            <button type="button" class="quiet" onClick={() => clearFrom(at)}>
              {words.change}
            </button>
          </li>
        ))}
      </ol>
      {next && (
        <fieldset key={next.name} class="question" tabIndex={-1} ref={after as RefObject<HTMLFieldSetElement>}>
          <legend>{text(next.asks)}</legend>
          {next.answers.map((answer) => (
            <button key={answer.name} type="button" onClick={() => setState({ [next.name]: answer.name })}>
              {text(answer.text)}
            </button>
          ))}
        </fieldset>
      )}
      {choices && (
        <section class="choices">
          <h2 tabIndex={-1} ref={after as RefObject<HTMLHeadingElement>}>
            {words.recommended}
          </h2>
          {choices.map((choice) => (
            <Recommended key={choice.function} choice={choice} />
          ))}
          <p class="hint">{words.guideHint}</p>
        </section>
      )}
      {asked.length > 0 && (
        <button type="button" onClick={() => clearFrom(0)}>
          {words.startAgain}
        </button>
      )}
    </article>
  );
}

function Recommended({ choice }: { choice: Choice }) {
  const words = useWords();
  const text = useText();
  const language = useLanguage();
  const entry = find(choice.function)!;
  return (
    <div class="choice">
      <a href={link({ language, page: "f", about: entry.name })}>
        <Spark entry={entry} size={88} />
        <strong>{entry.name}</strong>
      </a>
      <div>
        <p>
          <Text text={text(choice.reason)} links about={entry.name} />
        </p>
        <p class="hint">
          <strong>{words.evidence}</strong>
          {words.space}
          <Text text={text(choice.evidence)} />{" "}
          {choice.links.map((each) => (
            <a key={each.to} href={`#/${language}/${each.to}`}>
              {text(each.text)}
            </a>
          ))}
        </p>
      </div>
    </div>
  );
}
