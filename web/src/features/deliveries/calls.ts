import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client, type Delivery, type DeliveryState, type Page, take } from "@/api";
import { keys } from "@/api/keys";

export const deliveriesQuery = (state: DeliveryState) =>
  infiniteQueryOptions({
    queryKey: keys.deliveryList(state),
    queryFn: ({ pageParam }) =>
      take<Page<Delivery>>(client.GET("/v1/deliveries", { params: { query: { state, after: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  });

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: keys.delivery(id),
    queryFn: () => take<Delivery>(client.GET("/v1/deliveries/{id}", { params: { path: { id } } })),
  });

export function useReplay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => take(client.POST("/v1/deliveries/{id}/replay", { params: { path: { id } } })),
    onSuccess: (_, id) => {
      void queries.invalidateQueries({ queryKey: keys.deliveryLists });
      void queries.invalidateQueries({ queryKey: keys.delivery(id) });
    },
  });
}
