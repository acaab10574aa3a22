import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, type Page, type Template, take } from "@/api";
import { keys } from "@/api/keys";

// A number has at most a few hundred templates; the picker searches them all, so all pages are read.
async function all(phoneNumber: string): Promise<Template[]> {
  const templates: Template[] = [];
  let after: string | undefined;
  do {
    const query = { phone_number: phoneNumber, limit: 200, after };
    const page = await take<Page<Template>>(client.GET("/v1/templates", { params: { query } }));
    templates.push(...page.data);
    after = page.next ?? undefined;
  } while (after);
  return templates;
}

export const templatesQuery = (phoneNumber: string) =>
  queryOptions({
    queryKey: keys.templateList(phoneNumber),
    queryFn: () => all(phoneNumber),
    staleTime: 5 * 60_000,
    enabled: phoneNumber !== "",
  });

export function useSyncTemplates() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (phoneNumber: string) =>
      take(client.POST("/v1/templates/sync", { body: { phone_number: phoneNumber } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.templates }),
  });
}
