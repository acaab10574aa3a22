import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { type Contact, type Content, client, type Message, type Page, take } from "@/api";
import { keys } from "@/api/keys";

export const contactsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: keys.contactList(q),
    queryFn: ({ pageParam }) =>
      take<Page<Contact>>(
        client.GET("/v1/contacts", { params: { query: { q: q || undefined, limit: 100, after: pageParam } } }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: keys.contact(id),
    queryFn: () => take<Contact>(client.GET("/v1/contacts/{id}", { params: { path: { id } } })),
  });

export function useRenameContact(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      take<Contact>(client.PATCH("/v1/contacts/{id}", { params: { path: { id } }, body: { name } })),
    onSuccess: (contact) => {
      queries.setQueryData(keys.contact(id), contact);
      for (const queryKey of [keys.contactLists, keys.conversationsAny, keys.conversationLists]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
  });
}

export function useAddContact() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { name?: string; phone?: string; bsuid?: string }) =>
      take<Contact>(client.POST("/v1/contacts", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.contactLists }),
  });
}

/** Begins a conversation: outside of a window that is a template's business. */
export function useBeginConversation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ from, contact, content }: { from: string; contact: Contact; content: Content }) => {
      const target = contact.phone ? { to: contact.phone } : { recipient: contact.bsuid };
      return take<Message>(client.POST("/v1/messages", { body: { from, ...target, ...content } as never }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.conversationLists }),
  });
}
