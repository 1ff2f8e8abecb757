// Entry of the workbench.
import { createRoot } from "react-dom/client";
import "./app/nonce";
import "./fonts.css";
import "../../src/hechang/publish/assets/tokens.css";
import "./workbench.css";
import { App } from "./app/App";

const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
