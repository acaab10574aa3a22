import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { client, type Session, setCsrfToken, take } from "@/api";
import { keys } from "@/api/keys";
import { forgetOutbox } from "@/features/inbox/outbox";
import { forgetDrafts } from "@/lib/draft";

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: async () => {
    const session = await take<Session>(client.GET("/v1/session"));
    setCsrfToken(session.csrf_token);
    return session;
  },
  staleTime: Number.POSITIVE_INFINITY,
});

/** Agents answer; what changes the house is an admin's, and isn't offered to others. */
export const useIsAdmin = (): boolean => useSuspenseQuery(sessionQuery).data.user.role === "admin";

export const setupQuery = queryOptions({
  queryKey: keys.setup,
  queryFn: () => take(client.GET("/v1/setup")),
});

function useBegin() {
  const queries = useQueryClient();
  return (session: Session) => {
    queries.clear();
    setCsrfToken(session.csrf_token);
    queries.setQueryData(keys.session, session);
  };
}

export function useSignIn() {
  const begin = useBegin();
  return useMutation({
    mutationFn: (body: { email: string; password: string }) => take(client.POST("/v1/session", { body })),
    onSuccess: begin,
  });
}

export interface SetupForm {
  token: string;
  organization_name: string;
  name: string;
  email: string;
  password: string;
}

export function useSetUp() {
  const begin = useBegin();
  return useMutation({
    mutationFn: (body: SetupForm) => take(client.POST("/v1/setup", { body })),
    onSuccess: begin,
  });
}

/** Signing out loads the app anew: nothing of the last person stays in memory. */
export function useSignOut(onError: (error: unknown) => void) {
  return useMutation({
    mutationFn: () => take(client.DELETE("/v1/session")),
    // Given here and not with the call, because the menu it is called from is gone by then.
    onSuccess: () => {
      forgetDrafts();
      forgetOutbox();
      location.assign("/login");
    },
    onError,
  });
}
