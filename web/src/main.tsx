import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { keys } from "./api/keys";
import { isProblem } from "./api/problem";
import { startI18n } from "./lib/i18n";
import { makeRouter } from "./router";
import "./styles.css";

// A session that ended meanwhile shows the door again, whoever notices it first.
function onError(error: unknown) {
  if (!isProblem(error) || error.status !== 401) return;
  // The first look for a session is the router's: it decides between signing in and setting up.
  if (!queries.getQueryData(keys.session)) return;
  const { pathname, href } = router.state.location;
  if (pathname === "/login" || pathname === "/setup") return;
  queries.clear();
  void router.navigate({ to: "/login", search: { next: href } });
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // Live events say when something changed; without them a reading is good for half a minute.
      staleTime: 30_000,
      retry: (tries, error) => tries < 2 && isProblem(error) && (error.status === 0 || error.status >= 500),
    },
  },
});
const router = makeRouter(queries);

const root = document.getElementById("root");
if (root) {
  startI18n().then(() =>
    createRoot(root).render(
      <StrictMode>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
}
