import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.WAYPOST_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": here("./src") } },
  build: {
    target: "es2022",
    // The API reference is a page of its own: nobody who answers customers pays for it.
    rolldownOptions: { input: { app: here("./index.html"), reference: here("./docs/api/index.html") } },
  },
  server: { port: 5173, proxy: { "/v1": server, "/healthz": server } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
