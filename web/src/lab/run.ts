/** The run of a network that follows the sliders: small ones at once, large ones as soon as the sliders rest. */
import { useEffect, useRef, useState } from "preact/hooks";
import { curve } from "../curve/bound";
import type { Entry } from "../data";
import { simulate, type Run, type Setting } from "./network";

// Weights that are drawn and multiplied between two frames without a slider feeling it.
const SMALL = 200_000;
const REST = 60;

export function useRun(entry: Entry, setting: Setting): { run: Run; isBehind: boolean } {
  const key = `${entry.name} ${JSON.stringify(setting)}`;
  const [, setDone] = useState("");
  const last = useRef<{ key: string; run: Run }>();
  const make = () => (last.current = { key, run: simulate(curve(entry)!, setting) });
  const isSmall = setting.depth * setting.width ** 2 <= SMALL;
  const { run } = last.current?.key !== key && (isSmall || !last.current) ? make() : last.current!;
  const isBehind = last.current?.key !== key;
  useEffect(() => {
    if (!isBehind) return;
    const timer = setTimeout(() => (make(), setDone(key)), REST);
    return () => clearTimeout(timer);
  }, [key]);
  return { run, isBehind };
}
