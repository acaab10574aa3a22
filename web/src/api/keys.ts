// Every query's key, in one place: live events name the same keys (see lib/live).
import type { ConversationState, DeliveryState } from ".";

export interface ConversationFilter {
  state?: ConversationState;
  assignee?: string;
  q?: string;
}

export const keys = {
  session: ["session"] as const,
  setup: ["setup"] as const,
  users: ["users"] as const,
  apiKeys: ["api-keys"] as const,
  phoneNumbers: ["phone-numbers"] as const,
  conversationLists: ["conversations", "list"] as const,
  conversationList: (filter: ConversationFilter) => ["conversations", "list", filter] as const,
  conversationSearch: (q: string) => ["conversations", "search", q] as const,
  conversationsOfAny: ["conversations", "of-contact"] as const,
  conversationsOf: (contact: string) => ["conversations", "of-contact", contact] as const,
  conversationCounts: ["conversations", "counts"] as const,
  conversation: (id: string) => ["conversation", id] as const,
  conversationsAny: ["conversation"] as const,
  thread: (conversation: string) => ["thread", conversation] as const,
  message: (id: string) => ["message", id] as const,
  contactLists: ["contacts"] as const,
  contactList: (q: string) => ["contacts", q] as const,
  contact: (id: string) => ["contact", id] as const,
  templates: ["templates"] as const,
  templateList: (phoneNumber: string) => ["templates", phoneNumber] as const,
  rules: ["rules"] as const,
  deliveryLists: ["deliveries"] as const,
  deliveryList: (state: DeliveryState) => ["deliveries", state] as const,
  delivery: (id: string) => ["delivery", id] as const,
};
