import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { isProblem } from "./api/problem";
import { type InboxSearch, inboxStates, inboxTabs } from "./features/inbox/view";
import { sessionQuery, setupQuery } from "./features/session/calls";
import { Booting, Crashed, Lost } from "./features/session/faces";

const oneOf = <T extends string>(value: unknown, allowed: readonly T[]): T | undefined =>
  allowed.find((candidate) => candidate === value);
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: Lost,
});

const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData(sessionQuery);
    } catch (error) {
      if (!isProblem(error) || error.status !== 401) throw error;
      const setup = await context.queries.fetchQuery(setupQuery);
      if (setup.needed) throw redirect({ to: "/setup", search: {} });
      throw redirect({ to: "/login", search: { next: location.href === "/" ? undefined : location.href } });
    }
  },
  component: lazyRouteComponent(() => import("./features/session/shell")),
  pendingComponent: Booting,
  errorComponent: Crashed,
});

const home = createRoute({
  getParentRoute: () => app,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox" });
  },
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (search): { next?: string } => {
    const next = text(search.next);
    // Only a path of our own: an address from elsewhere must not become a place to go after signing in.
    return next?.startsWith("/") && !next.startsWith("//") ? { next } : {};
  },
  component: lazyRouteComponent(() => import("./features/session/login")),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  validateSearch: (search): { token?: string } => {
    const token = search.token;
    return token === undefined ? {} : { token: String(token) };
  },
  component: lazyRouteComponent(() => import("./features/session/setup")),
});

const inbox = createRoute({
  getParentRoute: () => app,
  path: "/inbox",
  validateSearch: (search): InboxSearch => ({
    tab: oneOf(search.tab, inboxTabs),
    state: oneOf(search.state, [...inboxStates, "any"] as const),
    q: text(search.q),
  }),
  component: lazyRouteComponent(() => import("./features/inbox/inbox"), "Inbox"),
});
const inboxNone = createRoute({
  getParentRoute: () => inbox,
  path: "/",
  component: lazyRouteComponent(() => import("./features/inbox/inbox"), "NothingChosen"),
});
const conversation = createRoute({
  getParentRoute: () => inbox,
  path: "/$conversationId",
  component: lazyRouteComponent(() => import("./features/inbox/conversation")),
});

const contacts = createRoute({
  getParentRoute: () => app,
  path: "/contacts",
  component: lazyRouteComponent(() => import("./features/contacts/contacts")),
});
const templates = createRoute({
  getParentRoute: () => app,
  path: "/templates",
  component: lazyRouteComponent(() => import("./features/templates/templates")),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyRouteComponent(() => import("./features/settings/settings")),
});
const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: "/",
  component: lazyRouteComponent(() => import("./features/settings/settings"), "SettingsHome"),
});
const phoneNumbers = createRoute({
  getParentRoute: () => settings,
  path: "/phone-numbers",
  component: lazyRouteComponent(() => import("./features/settings/phone-numbers")),
});
const rules = createRoute({
  getParentRoute: () => settings,
  path: "/auto-replies",
  component: lazyRouteComponent(() => import("./features/rules/rules")),
});
const team = createRoute({
  getParentRoute: () => settings,
  path: "/team",
  component: lazyRouteComponent(() => import("./features/settings/team")),
});
const apiKeys = createRoute({
  getParentRoute: () => settings,
  path: "/api-keys",
  component: lazyRouteComponent(() => import("./features/settings/api-keys")),
});
const deliveries = createRoute({
  getParentRoute: () => settings,
  path: "/deliveries",
  component: lazyRouteComponent(() => import("./features/deliveries/deliveries")),
});

const tree = root.addChildren([
  login,
  setup,
  app.addChildren([
    home,
    inbox.addChildren([inboxNone, conversation]),
    contacts,
    templates,
    settings.addChildren([settingsHome, phoneNumbers, rules, team, apiKeys, deliveries]),
  ]),
]);

export const makeRouter = (queries: QueryClient) =>
  createRouter({ routeTree: tree, context: { queries }, defaultPreload: "intent", defaultPendingMs: 300 });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
