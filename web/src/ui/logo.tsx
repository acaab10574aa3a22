export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0d7a5f" />
      <path d="M14.6 5.5h2.8v21h-2.8z" fill="#d7f5e8" />
      <path d="M8 8h13.2l3.8 3.5-3.8 3.5H8z" fill="#fff" />
      <path d="M24 16.5H11.6L8 19.6l3.6 3.1H24z" fill="#9be3c8" />
    </svg>
  );
}
