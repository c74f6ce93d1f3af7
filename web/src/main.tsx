import { render } from "preact";
import { App } from "./view/app";
import "./style.css";

render(<App />, document.getElementById("atlas")!);
