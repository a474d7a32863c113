/* Mock upstream: one thread, epoll, canned answers, no allocation per request.
 * usage: mock PORT [json_file] [sse_chunks=50] [sse_delay_us=0] [json_delay_us=0] [events_file [content_type]]
 * Without events_file streams are those of OpenAI's chat completions; with it, each line of the file, in hexadecimal
 * digits, is one write.
 * POST anything: answers the JSON file, or a stream when the body has "stream":true or the path says stream.
 * Each SSE event is written with its own write() (TCP_NODELAY), finish+usage+[DONE] together,
 * so a stream is sse_chunks+2 writes. GET answers the number of requests served. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct conn {
  int fd, closed, streaming, next, inq;
  char *in; size_t inlen, incap;
  char *out; size_t outlen, outcap;
  long long due; int job;          /* job: 0 none 1 sse 2 json */
  struct conn *qn;
} conn;

static int ep, chunks = 50; static long sse_delay = 0, json_delay = 0;
static char *jresp; static size_t jlen; static unsigned long served;
static char **ev; static size_t *evlen; static int nev;
static conn *qh, *qt;              /* FIFO per delay kind is enough: one process serves one delay */

static long long now_us(void){ struct timespec t; clock_gettime(CLOCK_MONOTONIC,&t); return t.tv_sec*1000000LL+t.tv_nsec/1000; }

static void arm(conn *c, int out){ struct epoll_event e={.events=EPOLLIN|(out?EPOLLOUT:0),.data.ptr=c}; epoll_ctl(ep,EPOLL_CTL_MOD,c->fd,&e); }
static void emit(conn *c,const char *p,size_t n){
  if(c->closed) return;
  if(!c->outlen){ ssize_t w=write(c->fd,p,n); if(w==(ssize_t)n) return; if(w<0){ if(errno!=EAGAIN){c->closed=1;return;} w=0; } p+=w; n-=w; arm(c,1); }
  if(c->outlen+n>c->outcap){ c->outcap=(c->outlen+n)*2; c->out=realloc(c->out,c->outcap); }
  memcpy(c->out+c->outlen,p,n); c->outlen+=n;
}
static void add_bytes(const char *s,size_t len,int last){
  char *b=malloc(len+64); size_t n=sprintf(b,"%zx\r\n",len); memcpy(b+n,s,len); n+=len; n+=sprintf(b+n,"\r\n%s",last?"0\r\n\r\n":"");
  ev=realloc(ev,(nev+1)*sizeof *ev); evlen=realloc(evlen,(nev+1)*sizeof *evlen); ev[nev]=b; evlen[nev++]=n;
}
static void add_ev(const char *s,int last){ add_bytes(s,strlen(s),last); }
static void build_sse(void){
  static const char *w[]={" the"," gateway"," streams"," tokens"," one"," by"," one",","," so"," each"," event"," is"," small"," and"," frequent","."};
  const char *h="data: {\"id\":\"chatcmpl-9xKq3mZb7WvT1cYd5RfLpE2sHuNoA\",\"object\":\"chat.completion.chunk\",\"created\":1717171717,\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_0f03d4f0ee\",";
  char b[2048];
  sprintf(b,"%s\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}]}\n\n",h); add_ev(b,0);
  for(int i=0;i<chunks;i++){ sprintf(b,"%s\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n",h,w[i%16]); add_ev(b,0); }
  sprintf(b,"%s\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n%s\"choices\":[],\"usage\":{\"prompt_tokens\":431,\"completion_tokens\":%d,\"total_tokens\":%d,\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}}\n\ndata: [DONE]\n\n",h,h,chunks,431+chunks); add_ev(b,1);
}
static void read_sse(const char *file){
  FILE *f=fopen(file,"r"); if(!f){perror(file);exit(1);} static char b[1<<20]; size_t n=fread(b,1,sizeof b-1,f); fclose(f); b[n]=0;
  static char o[1<<19];
  for(char *p=b,*q;p;p=q){ q=strchr(p,'\n'); size_t k=0; unsigned v; for(;sscanf(p,"%2x",&v)==1&&p[0]!='\n'&&p[0];p+=2) o[k++]=v; if(q) q++; add_bytes(o,k,!q); }
}
static char SH[512]; static const char *ctype="text/event-stream; charset=utf-8";
static void head(void){ sprintf(SH,"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nCache-Control: no-cache\r\nx-request-id: req_4bde0c2f5e6a47f8\r\nopenai-processing-ms: 212\r\nTransfer-Encoding: chunked\r\n\r\n",ctype); }
static void enq(conn *c,long long due){ c->due=due; c->qn=0; c->inq=1; if(qt) qt->qn=c; else qh=c; qt=c; }
static void step(conn *c){
  if(c->job==2){ emit(c,jresp,jlen); c->job=0; served++; return; }
  if(c->next==0) emit(c,SH,strlen(SH));
  if(!sse_delay){ while(c->next<nev){ emit(c,ev[c->next],evlen[c->next]); c->next++; } }
  else { emit(c,ev[c->next],evlen[c->next]); c->next++; }
  if(c->next>=nev){ c->job=0; served++; } else enq(c,c->due+sse_delay);
}
static int has_stream(const char *p,size_t n){
  size_t k=n<1024?n:1024; const char *tails[2]={p,p+n-k};
  for(int i=0;i<2;i++){ const char *s=memmem(tails[i],k,"\"stream\":",9); if(s){ s+=9; while(s<p+n&&*s==' ')s++; if(s<p+n&&*s=='t') return 1; } }
  return 0;
}
/* returns 1 when one whole request was taken from the buffer */
static int take(conn *c){
  if(c->inlen<4||c->job) return 0;
  char *he=memmem(c->in,c->inlen,"\r\n\r\n",4); if(!he) return 0;
  size_t hl=he+4-c->in, bl=0, total;
  if(c->in[0]=='G'){ char b[160],t[32]; int n=sprintf(t,"%lu",served); n=sprintf(b,"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s",n,t); emit(c,b,n); total=hl; goto eat; }
  int chunked=0; char *p=c->in;
  while(p<he){ char *e=memmem(p,he+2-p,"\r\n",2); if(!strncasecmp(p,"content-length:",15)) bl=strtoul(p+15,0,10);
    else if(!strncasecmp(p,"transfer-encoding:",18)) chunked=1; p=e+2; }
  if(chunked){ char *e=memmem(c->in+hl-2,c->inlen-hl+2,"\r\n0\r\n\r\n",7); if(!e) return 0; bl=e+7-(c->in+hl); }
  total=hl+bl; if(c->inlen<total) return 0;
  char *eol=memmem(c->in,hl,"\r\n",2);
  if(has_stream(c->in+hl,bl)||memmem(c->in,eol-c->in,"tream",5)){ c->job=1; c->next=0; c->due=sse_delay?now_us():0; step(c); }
  else if(json_delay){ c->job=2; enq(c,now_us()+json_delay); }
  else { emit(c,jresp,jlen); served++; }
eat:
  memmove(c->in,c->in+total,c->inlen-total); c->inlen-=total; return 1;
}
int main(int ac,char**av){
  signal(SIGPIPE,SIG_IGN);
  int port=ac>1?atoi(av[1]):9100; const char *jf=ac>2?av[2]:"data/response.json";
  if(ac>3) chunks=atoi(av[3]); if(ac>4) sse_delay=atol(av[4]); if(ac>5) json_delay=atol(av[5]);
  FILE *f=fopen(jf,"r"); if(!f){perror(jf);return 1;} static char jb[1<<20]; size_t n=fread(jb,1,sizeof jb,f); fclose(f);
  jresp=malloc(n+512); jlen=sprintf(jresp,"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_4bde0c2f5e6a47f8\r\nopenai-processing-ms: 212\r\nContent-Length: %zu\r\n\r\n",n); memcpy(jresp+jlen,jb,n); jlen+=n;
  if(ac>6) read_sse(av[6]); else build_sse();
  if(ac>7) ctype=av[7];
  head();
  int s=socket(AF_INET,SOCK_STREAM|SOCK_NONBLOCK,0),one=1; setsockopt(s,SOL_SOCKET,SO_REUSEADDR,&one,sizeof one);
  struct sockaddr_in a={.sin_family=AF_INET,.sin_port=htons(port),.sin_addr.s_addr=htonl(INADDR_LOOPBACK)};
  if(bind(s,(void*)&a,sizeof a)||listen(s,1024)){perror("bind");return 1;}
  ep=epoll_create1(0); struct epoll_event e={.events=EPOLLIN,.data.ptr=0}; epoll_ctl(ep,EPOLL_CTL_ADD,s,&e);
  struct epoll_event es[256];
  for(;;){
    struct timespec ts,*tp=0; if(qh){ long long d=qh->due-now_us(); if(d<0)d=0; ts.tv_sec=d/1000000; ts.tv_nsec=d%1000000*1000; tp=&ts; }
    int k=epoll_pwait2(ep,es,256,tp,0);
    for(int i=0;i<k;i++){
      conn *c=es[i].data.ptr;
      if(!c){ int fd; while((fd=accept4(s,0,0,SOCK_NONBLOCK))>=0){ setsockopt(fd,IPPROTO_TCP,TCP_NODELAY,&one,sizeof one); c=calloc(1,sizeof *c); c->fd=fd; c->incap=16384; c->in=malloc(c->incap); struct epoll_event x={.events=EPOLLIN,.data.ptr=c}; epoll_ctl(ep,EPOLL_CTL_ADD,fd,&x);} continue; }
      if(es[i].events&EPOLLOUT&&c->outlen){ ssize_t w=write(c->fd,c->out,c->outlen); if(w>0){ memmove(c->out,c->out+w,c->outlen-w); c->outlen-=w; } else if(w<0&&errno!=EAGAIN) c->closed=1; if(!c->outlen) arm(c,0); }
      if(es[i].events&(EPOLLIN|EPOLLHUP|EPOLLERR)){
        if(c->inlen+65536>c->incap){ c->incap=c->incap*2+65536; c->in=realloc(c->in,c->incap); }
        ssize_t r=read(c->fd,c->in+c->inlen,c->incap-c->inlen);
        if(r==0||(r<0&&errno!=EAGAIN)) c->closed=1; else if(r>0){ c->inlen+=r; while(take(c)); }
      }
      if(c->closed&&!c->inq){ close(c->fd); free(c->in); free(c->out); free(c); }
    }
    if(qh){ long long t=now_us(); while(qh&&qh->due<=t){ conn *c=qh; qh=c->qn; if(!qh) qt=0; c->inq=0; if(c->closed){ close(c->fd); free(c->in); free(c->out); free(c); continue; } step(c); if(!c->job) while(take(c)); } }
  }
}
