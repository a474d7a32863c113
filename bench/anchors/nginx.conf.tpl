worker_processes 1;
daemon off;
pid @folder@/nginx.pid;
error_log @folder@/nginx.err warn;
events { worker_connections 2048; }
http {
  access_log off;
  client_body_temp_path @folder@/nginx-body; proxy_temp_path @folder@/nginx-proxy; fastcgi_temp_path @folder@/nginx-f; uwsgi_temp_path @folder@/nginx-u; scgi_temp_path @folder@/nginx-s;
  keepalive_requests 100000000; keepalive_timeout 600s;
  client_max_body_size 32m; client_body_buffer_size 256k;
  upstream up { server 127.0.0.1:@upstreamPort@; keepalive 256; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:@port@ backlog=1024;
    location / {
      proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Authorization "Bearer sk-upstream-0123456789";
      proxy_buffering @buffering@; proxy_buffers 16 8k;
    }
  }
}
