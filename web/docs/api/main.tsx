// The API reference: a page of its own that draws /v1/openapi.json. It needs nothing from any other host.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startI18n } from "../../src/lib/i18n";
import "../../src/styles.css";
import { Reference } from "./reference";

const root = document.getElementById("reference");
if (root) {
  await startI18n();
  createRoot(root).render(
    <StrictMode>
      <Reference />
    </StrictMode>,
  );
}
