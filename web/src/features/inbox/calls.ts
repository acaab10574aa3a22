import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type Conversation, type ConversationState, client, type Message, type Page, take } from "@/api";
import { type ConversationFilter, keys } from "@/api/keys";
import { showMessage } from "./thread-cache";

const LIST_PAGE = 50;
const THREAD_PAGE = 50;

export const conversationsQuery = (filter: ConversationFilter) =>
  infiniteQueryOptions({
    queryKey: keys.conversationList(filter),
    queryFn: ({ pageParam }) =>
      take<Page<Conversation>>(
        client.GET("/v1/conversations", { params: { query: { ...filter, limit: LIST_PAGE, after: pageParam } } }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const countsQuery = queryOptions({
  queryKey: keys.conversationCounts,
  queryFn: () => take(client.GET("/v1/conversations/counts")),
});

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: keys.conversation(id),
    queryFn: () => take<Conversation>(client.GET("/v1/conversations/{id}", { params: { path: { id } } })),
  });

export const threadQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: keys.thread(id),
    queryFn: ({ pageParam }) =>
      take<Page<Message>>(
        client.GET("/v1/conversations/{id}/messages", {
          params: { path: { id }, query: { limit: THREAD_PAGE, before: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });

export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: keys.message(id),
    queryFn: () => take<Message>(client.GET("/v1/messages/{id}", { params: { path: { id } } })),
  });

/** Open conversations with something unread, as far as the loaded pages of the list tell. */
export function useUnreadConversations(): number {
  const { data } = useInfiniteQuery({
    ...conversationsQuery({ state: "open" }),
    select: ({ pages }) => pages.flatMap((page) => page.data).filter((one) => one.unread_count > 0).length,
  });
  return data ?? 0;
}

export function useConversationSearch(q: string) {
  return useQuery({
    queryKey: keys.conversationSearch(q),
    queryFn: () => take<Page<Conversation>>(client.GET("/v1/conversations", { params: { query: { q, limit: 8 } } })),
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
}

export const conversationsOfQuery = (contact: string) =>
  queryOptions({
    queryKey: keys.conversationsOf(contact),
    queryFn: () =>
      take<Page<Conversation>>(client.GET("/v1/conversations", { params: { query: { contact, limit: 20 } } })),
  });

/** The same contact's other conversations, on any of our numbers and in any state. */
export function useOtherConversations(conversation: Conversation) {
  return useQuery({
    ...conversationsOfQuery(conversation.contact.id),
    select: (page) => page.data.filter((other) => other.id !== conversation.id),
  });
}

interface ConversationChange {
  state?: ConversationState;
  assignee_id?: string | null;
}

export function useUpdateConversation(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: ConversationChange) =>
      take<Conversation>(client.PATCH("/v1/conversations/{id}", { params: { path: { id } }, body })),
    onSuccess: (conversation) => {
      queries.setQueryData(keys.conversation(id), conversation);
      void queries.invalidateQueries({ queryKey: keys.conversationLists });
      void queries.invalidateQueries({ queryKey: keys.conversationCounts });
    },
  });
}

/** Everything up to now has been seen by people. The screen believes it at once; the server tells the others. */
export function useMarkRead(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => take(client.POST("/v1/conversations/{id}/read", { params: { path: { id } } })),
    onMutate: () => {
      const seen = (conversation: Conversation) =>
        conversation.id === id ? { ...conversation, unread_count: 0 } : conversation;
      queries.setQueryData<Conversation>(keys.conversation(id), (conversation) => conversation && seen(conversation));
      queries.setQueriesData<InfiniteData<Page<Conversation>>>(
        { queryKey: keys.conversationLists },
        (list) => list && { ...list, pages: list.pages.map((page) => ({ ...page, data: page.data.map(seen) })) },
      );
    },
  });
}

export function useRetry() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => take<Message>(client.POST("/v1/messages/{id}/retry", { params: { path: { id } } })),
    onSuccess: (message) => showMessage(queries, message),
  });
}

/** A person's decision about a message whose outcome nobody knows: it did go out, or send it again. */
export function useSettle() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, choice }: { id: string; choice: "sent" | "send_again" }) =>
      take<Message>(client.POST("/v1/messages/{id}/settle", { params: { path: { id } }, body: { choice } })),
    onSuccess: (message) => showMessage(queries, message),
  });
}
