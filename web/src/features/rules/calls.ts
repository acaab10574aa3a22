import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, type Page, type Rule, take } from "@/api";
import { keys } from "@/api/keys";

export const rulesQuery = queryOptions({
  queryKey: keys.rules,
  queryFn: () => take<Page<Rule>>(client.GET("/v1/rules", { params: { query: { limit: 200 } } })),
  select: (page) => page.data,
});

export type RuleBody = Pick<Rule, "name" | "enabled" | "keywords" | "match" | "reply">;

/** Creates a rule, or changes the one whose id is given. */
export function useSaveRule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, body }: { id: string | null; body: Partial<RuleBody> }) =>
      id
        ? take<Rule>(client.PATCH("/v1/rules/{id}", { params: { path: { id } }, body: body as never }))
        : take<Rule>(client.POST("/v1/rules", { body: body as never })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.rules }),
  });
}

export function useDeleteRule() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => take(client.DELETE("/v1/rules/{id}", { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.rules }),
  });
}
