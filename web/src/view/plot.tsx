/** The plot: curves over axes that can be moved and zoomed, with values and a tangent under the pointer. */
import { ticks } from "d3-array";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { line } from "d3-shape";
import { zoom, zoomIdentity, type D3ZoomEvent, type ZoomBehavior } from "d3-zoom";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { sample, type Point } from "../curve/sample";
import { readView, viewText, type View } from "../curve/view";
import type { Zone } from "../curve/zones";
import type { Outcome } from "../curve/normal";
import { normal_pdf } from "../numbers.js";
import { shown } from "./number";
import { useWidth } from "./size";
import { COLOURS, lineClass, Swatch, type LineStyle } from "./swatch";
import { useWords } from "./language";

export interface Series extends LineStyle {
  name: string;
  label: string;
  f: (x: number) => number;
  breaks: (low: number, high: number) => number[];
}

interface Props {
  label: string;
  /** The name of what runs along the plot. */
  mark?: string;
  series: Series[];
  start: View;
  height?: number;
  zones?: (low: number, high: number) => Zone[];
  kinks?: (low: number, high: number) => number[];
  tangent?: { f: (x: number) => number; slope: (x: number) => number };
  input?: { mean: number; std: number } | undefined;
  output?: ((low: number, high: number) => Outcome) | undefined;
  /** What an address says of the view, and what it is to say when the view was moved. */
  view?: string | undefined;
  onView?: (view: string | undefined) => void;
  /** The place of the series that stands out, and what the pointer is near to. */
  lit?: number | undefined;
  onNear?: (series: number | undefined) => void;
  /** Stands for the values of the series below the plot. */
  legend?: (x: number | undefined) => ComponentChildren;
  children?: ComponentChildren;
}

const LEFT = 44;
const TOP = 10;
const STRIP = { right: 74, bottom: 40 };
// So near, in pixels, a pointer means a curve.
const NEAR = 24;
// All curves together have so many points: with hundreds of curves each still moves at once.
const POINTS = 24_000;

interface Drawn {
  seen: string;
  paths: string[];
}

export function Plot(props: Props) {
  const words = useWords();
  const [frame, whole] = useWidth<HTMLDivElement>();
  const area = useRef<SVGRectElement>(null);
  const behaviour = useRef<ZoomBehavior<SVGRectElement, unknown>>();
  const height = props.height ?? Math.min(440, Math.max(280, whole * 0.6));
  const right = props.output ? STRIP.right : 12;
  const bottom = 26 + (props.input ? STRIP.bottom : 0);
  const width = Math.max(120, whole - LEFT - right);
  const tall = Math.max(120, height - TOP - bottom);
  const { start } = props;
  const asked = readView(props.view);
  const [view, setView] = useState<View>(asked ?? start);
  const [at, setAt] = useState<number>();
  // Read aloud where keys ask for it: a pointer on its way would never be silent.
  const [isByKeys, setByKeys] = useState(false);
  const clip = useId();
  const key = [...start.x, ...start.y].join();
  // What the gesture's transform is relative to: the view when the plot was made, resized or reset.
  const base = useRef(view);
  const current = useRef(view);
  current.current = view;

  const rebase = (next: View) => {
    base.current = next;
    if (area.current) select(area.current).property("__zoom", zoomIdentity);
    setView(next);
  };

  useLayoutEffect(() => rebase(asked ?? start), [key]);
  // The address may also change by a link; what it has from here is shown already.
  const told = useRef(props.view);
  useLayoutEffect(() => {
    if (told.current !== props.view) rebase(asked ?? start);
    told.current = props.view;
  }, [props.view]);
  const tell = (text: string | undefined) => {
    told.current = text;
    props.onView?.(text);
  };

  useLayoutEffect(() => {
    const target = area.current;
    if (!target) return;
    rebase(current.current);
    let began: View;
    const moved = zoom<SVGRectElement, unknown>()
      .scaleExtent([1e-3, 1e7])
      .extent([
        [0, 0],
        [width, tall],
      ])
      .on("start", () => (began = current.current))
      .on("zoom", ({ transform }: D3ZoomEvent<SVGRectElement, unknown>) => {
        const next = {
          x: transform.rescaleX(scaleLinear(base.current.x, [0, width])).domain(),
          y: transform.rescaleY(scaleLinear(base.current.y, [tall, 0])).domain(),
        } as View;
        setView(next);
        current.current = next;
      })
      .on("end", () => {
        // A mere click moves nothing.
        if (current.current !== began) tell(viewText(current.current));
      });
    behaviour.current = moved;
    const selected = select(target).call(moved);
    selected.on("dblclick.zoom", null);
    return () => void selected.on(".zoom", null);
  }, [width, tall]);

  const x = scaleLinear(view.x, [0, width]);
  const y = scaleLinear(view.y, [tall, 0]);
  const [low, high] = view.x;
  const path = line<Point>(
    (point) => x(point[0]),
    (point) => Math.max(-2e4, Math.min(2e4, y(point[1]))),
  );
  const drawn = useRef(new WeakMap<Series, Drawn>());
  const count = Math.min(900, width * 1.2, Math.max(150, POINTS / props.series.length));
  const seen = [low, high, ...view.y, width, tall, count].join();
  const lines = props.series.map((each) => {
    const before = drawn.current.get(each);
    if (before?.seen === seen) return before.paths;
    const paths = sample(each.f, low, high, count, each.breaks(low, high)).map((points) => path(points) ?? "");
    drawn.current.set(each, { seen, paths });
    return paths;
  });
  const zones = useMemo(() => props.zones?.(low, high) ?? [], [props.zones, low, high]);
  const kinks = useMemo(() => props.kinks?.(low, high) ?? [], [props.kinks, low, high]);
  const output = useMemo(() => props.output?.(...view.y), [props.output, ...view.y]);
  const snapped = at === undefined ? undefined : snap(at, kinks, (high - low) / width);

  const zoomBy = (factor: number) => {
    if (area.current) behaviour.current?.scaleBy(select(area.current), factor);
  };
  const reset = () => {
    rebase(start);
    tell(undefined);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = (high - low) / (event.shiftKey ? 10 : 100);
    const move = (by: number) => setAt(Math.max(low, Math.min(high, (at ?? (low + high) / 2) + by)));
    const steps: Record<string, () => void> = {
      ArrowLeft: () => move(-step),
      ArrowRight: () => move(step),
      Home: () => setAt(low),
      End: () => setAt(high),
      "+": () => zoomBy(1.5),
      "=": () => zoomBy(1.5),
      "-": () => zoomBy(1 / 1.5),
      "0": reset,
      Escape: () => setAt(undefined),
    };
    const does = steps[event.key];
    if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    setByKeys(true);
    does();
  };
  const onMove = (event: PointerEvent) => {
    setByKeys(false);
    const box = area.current!.getBoundingClientRect();
    const next = x.invert(((event.clientX - box.left) / box.width) * width);
    setAt(next);
    if (!props.onNear) return;
    const level = ((event.clientY - box.top) / box.height) * tall;
    const gaps = props.series.map((each) => Math.abs(y(each.f(next)) - level));
    const least = Math.min(...gaps.filter((gap) => gap < NEAR));
    props.onNear(least < NEAR ? gaps.indexOf(least) : undefined);
  };
  const onLeave = () => {
    setAt(undefined);
    props.onNear?.(undefined);
  };
  const lit = props.lit === undefined ? undefined : props.series[props.lit];
  // In a crowd, one that stands out is the only one to be followed.
  const isCrowd = props.series.length > COLOURS;
  const followed = isCrowd ? (lit ? [lit] : []) : props.series;

  return (
    <figure class="plot">
      <div ref={frame} class="frame">
        <svg
          width={whole}
          height={height}
          viewBox={`0 0 ${whole} ${height}`}
          role="application"
          aria-label={`${props.label}. ${words.plotKeys}`}
          tabindex={0}
          onKeyDown={onKey}
        >
          <g transform={`translate(${LEFT},${TOP})`}>
            <clipPath id={clip}>
              <rect width={width} height={tall} />
            </clipPath>
            <g clip-path={`url(#${clip})`}>
              {zones.map((zone) => (
                <rect
                  key={`${zone.kind}${zone.from}`}
                  class={`zone ${zone.kind}`}
                  x={x(zone.from)}
                  width={Math.max(0, x(zone.to) - x(zone.from))}
                  height={tall}
                />
              ))}
            </g>
            <Axis scale={x} size={width} along={tall} horizontal />
            <Axis scale={y} size={tall} along={width} />
            <g clip-path={`url(#${clip})`}>
              <g class={lit && isCrowd ? "dimmed" : undefined}>
                {props.series.map((each, at) =>
                  lines[at]!.map((d, part) => <path key={part} class={`line ${lineClass(each)}`} d={d} />),
                )}
              </g>
              {lit && lines[props.lit!]!.map((d, part) => <path key={part} class={`lit ${lineClass(lit)}`} d={d} />)}
              {kinks.map((kink) => (
                <g key={kink} class="kink">
                  <line x1={x(kink)} x2={x(kink)} y2={tall} />
                </g>
              ))}
              {snapped !== undefined && props.tangent && (
                <Tangent at={snapped} {...props.tangent} x={x} y={y} width={width} />
              )}
              {snapped !== undefined && (
                <g class="pointer">
                  <line x1={x(snapped)} x2={x(snapped)} y2={tall} />
                  {followed.map((each, place) => {
                    const value = each.f(snapped);
                    return (
                      Number.isFinite(value) && (
                        <circle key={place} class={`c${each.colour}`} cx={x(snapped)} cy={y(value)} r={4} />
                      )
                    );
                  })}
                  {lit && (
                    <Name
                      text={said([lit], snapped, "")}
                      value={lit.f(snapped)}
                      at={snapped}
                      x={x}
                      y={y}
                      width={width}
                      height={tall}
                    />
                  )}
                </g>
              )}
            </g>
            {props.input && <Input {...props.input} x={x} top={tall + 24} height={STRIP.bottom - 6} width={width} />}
            {output && <Output found={output} y={y} left={width + 6} width={STRIP.right - 10} height={tall} />}
            <rect
              ref={area}
              class="touch"
              width={width}
              height={tall}
              onPointerMove={onMove}
              onPointerDown={onMove}
              onPointerLeave={onLeave}
              onDblClick={reset}
            />
          </g>
        </svg>
        <div class="tools">
          <button type="button" onClick={() => zoomBy(1.6)} aria-label={words.zoomIn} title={words.zoomIn}>
            +
          </button>
          <button type="button" onClick={() => zoomBy(1 / 1.6)} aria-label={words.zoomOut} title={words.zoomOut}>
            −
          </button>
          <button type="button" onClick={reset} aria-label={words.reset} title={words.reset}>
            ⟲
          </button>
        </div>
      </div>
      <figcaption class="readout" data-x={snapped}>
        <span class="values" aria-live={isByKeys ? "polite" : "off"} aria-atomic="true">
          <span class="at">
            {props.mark ?? "x"} = {snapped === undefined ? "…" : shown(snapped, 4)}
          </span>
          {props.legend
            ? isByKeys && snapped !== undefined && <span class="unseen">{said(followed, snapped, words.comma)}</span>
            : props.series.map((each) => (
                <span
                  key={each.name}
                  class="value"
                  data-series={each.name}
                  data-value={snapped === undefined ? undefined : each.f(snapped)}
                >
                  <Swatch of={each} /> {snapped === undefined ? each.label : said([each], snapped, words.comma)}
                </span>
              ))}
        </span>
        {props.legend?.(snapped)}
        {props.children}
      </figcaption>
    </figure>
  );
}

/** The values of series at x, in words. */
function said(series: Series[], x: number, comma: string): string {
  return series.map((each) => `${each.label} = ${shown(each.f(x), 6)}`).join(comma);
}

/** A kink within some pixels draws the pointer to itself: nobody hits a point by hand. */
function snap(at: number, kinks: number[], pixel: number): number {
  const nearest = kinks.reduce<number | undefined>(
    (best, kink) => (best === undefined || Math.abs(kink - at) < Math.abs(best - at) ? kink : best),
    undefined,
  );
  return nearest !== undefined && Math.abs(nearest - at) < 4 * pixel ? nearest : at;
}

type Scale = ReturnType<typeof scaleLinear<number, number>>;

function Axis(props: { scale: Scale; size: number; along: number; horizontal?: boolean }) {
  const { scale, size, along, horizontal } = props;
  const [low, high] = scale.domain() as [number, number];
  const marks = ticks(low, high, Math.max(3, Math.round(size / 70)));
  const digits = Math.max(3, Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / (high - low))) + 3);
  return (
    <g class="axis" aria-hidden="true">
      {marks.map((mark) => {
        const at = scale(mark);
        return horizontal ? (
          <g key={mark} transform={`translate(${at},0)`} class={mark === 0 ? "zero" : ""}>
            <line y2={along} />
            <text y={along + 16} text-anchor="middle">
              {shown(mark, digits)}
            </text>
          </g>
        ) : (
          <g key={mark} transform={`translate(0,${at})`} class={mark === 0 ? "zero" : ""}>
            <line x2={along} />
            <text x={-6} dy="0.32em" text-anchor="end">
              {shown(mark, digits)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

// The width of a letter, about, in pixels.
const LETTER = 8;

/** The name of a series with its value beside its point, on the side where there is room. */
function Name(props: { text: string; value: number; at: number; x: Scale; y: Scale; width: number; height: number }) {
  const { text, value, at, x, y, width, height } = props;
  if (!Number.isFinite(value)) return null;
  const isRight = x(at) > width / 2;
  const room = isRight ? x(at) : width - x(at);
  const isLong = LETTER * text.length > room;
  return (
    <text
      class="name"
      x={isLong ? width / 2 : x(at) + (isRight ? -10 : 10)}
      y={Math.max(16, Math.min(height - 6, y(value) - 10))}
      text-anchor={isLong ? "middle" : isRight ? "end" : "start"}
    >
      {text}
    </text>
  );
}

function Tangent(props: {
  at: number;
  f: (x: number) => number;
  slope: (x: number) => number;
  x: Scale;
  y: Scale;
  width: number;
}) {
  const { at, x, y } = props;
  const [value, slope] = [props.f(at), props.slope(at)];
  if (!Number.isFinite(value) || !Number.isFinite(slope)) return null;
  const [a, b] = [x.invert(x(at) - 90), x.invert(x(at) + 90)];
  return <line class="tangent" x1={x(a)} y1={y(value + slope * (a - at))} x2={x(b)} y2={y(value + slope * (b - at))} />;
}

function Input(props: { mean: number; std: number; x: Scale; top: number; height: number; width: number }) {
  const { mean, std, x, top, height, width } = props;
  const points: string[] = [];
  for (let px = 0; px <= width; px += 2) {
    const density = std > 0 ? normal_pdf((x.invert(px) - mean) / std) * Math.sqrt(2 * Math.PI) : 0;
    points.push(`${px},${(top + height * (1 - density)).toFixed(1)}`);
  }
  return (
    <g class="input" aria-hidden="true">
      <polygon points={`0,${top + height} ${points.join(" ")} ${width},${top + height}`} />
      <line y1={top + height} y2={top + height} x2={width} />
    </g>
  );
}

function Output(props: { found: Outcome; y: Scale; left: number; width: number; height: number }) {
  const { found, y, left, width, height } = props;
  const most = Math.max(...found.density, 1e-12);
  const size = (found.high - found.low) / found.density.length;
  return (
    <g class="output" transform={`translate(${left},0)`} aria-hidden="true">
      {found.density.map((share, bin) => {
        const top = y(found.low + (bin + 1) * size);
        return (
          share > 0 && (
            <rect
              key={bin}
              y={top}
              height={Math.max(0.5, y(found.low + bin * size) - top)}
              width={(width * share) / most}
            />
          )
        );
      })}
      {found.atoms.map(({ at, share }) => {
        const level = y(at);
        return (
          level >= 0 &&
          level <= height && (
            <g key={at} class="atom">
              <line x2={width * Math.max(0.25, share)} y1={level} y2={level} />
              <text x={width} y={level - 5} text-anchor="end">
                {Math.round(100 * share)}%
              </text>
            </g>
          )
        );
      })}
    </g>
  );
}
