global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option http-keep-alive
  option http-no-delay
  http-reuse always
frontend f
  bind 127.0.0.1:@port@
  http-request set-header Authorization "Bearer sk-upstream-0123456789"
  default_backend b
backend b
  server s1 127.0.0.1:@upstreamPort@ pool-max-conn 256
