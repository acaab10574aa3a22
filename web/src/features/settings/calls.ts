import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { type ApiKey, client, type NewApiKey, type Page, type PhoneNumber, take, type User } from "@/api";
import { keys } from "@/api/keys";

// These lists are short by nature (people, numbers, keys); one page of the largest size holds them.
const ALL = { limit: 200 };

export const usersQuery = queryOptions({
  queryKey: keys.users,
  queryFn: () => take<Page<User>>(client.GET("/v1/users", { params: { query: ALL } })),
  select: (page) => page.data,
  staleTime: 5 * 60_000,
});

export const phoneNumbersQuery = queryOptions({
  queryKey: keys.phoneNumbers,
  queryFn: () => take<Page<PhoneNumber>>(client.GET("/v1/phone-numbers", { params: { query: ALL } })),
  select: (page) => page.data,
});

export const apiKeysQuery = queryOptions({
  queryKey: keys.apiKeys,
  queryFn: () => take<Page<ApiKey>>(client.GET("/v1/api-keys", { params: { query: ALL } })),
  // A revoked key opens nothing any more.
  select: (page) => page.data.filter((key) => !key.revoked_at),
});

export interface NewUser {
  name: string;
  email: string;
  password: string;
  role: "admin" | "agent";
}

export function useAddUser() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewUser) => take<User>(client.POST("/v1/users", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.users }),
  });
}

export interface NewPhoneNumber {
  display_phone_number: string;
  verified_name: string;
  phone_number_id: string;
  waba_id: string;
  app_id: string;
  app_secret: string;
  access_token: string;
  verify_token: string;
}

export function useConnectNumber() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewPhoneNumber) => take<PhoneNumber>(client.POST("/v1/phone-numbers", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.phoneNumbers }),
  });
}

export function useCreateKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => take<NewApiKey>(client.POST("/v1/api-keys", { body: { name } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.apiKeys }),
  });
}

export function useRevokeKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => take(client.DELETE("/v1/api-keys/{id}", { params: { path: { id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.apiKeys }),
  });
}
