// Which conversations the list shows: part of the address, so that a view can be bookmarked.
export const inboxTabs = ["mine", "unassigned", "all"] as const;
export type InboxTab = (typeof inboxTabs)[number];

export const inboxStates = ["open", "pending", "snoozed", "resolved"] as const;

export interface InboxSearch {
  tab?: InboxTab;
  state?: (typeof inboxStates)[number] | "any";
  q?: string;
}
