# Tollgate without a database of its own: DATABASE_URL names one. docs/deploy.md says how to run it.
#
# The one base of both stages. deploy/pin-images.sh writes its digest behind the tag, where a registry can be asked.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev --omit=optional
COPY . .
RUN sh bin/generate && sh bin/with-node node bin/copy-program.ts out --without-database

FROM ${NODE_IMAGE}
# What could install or build something later goes; 10001 is nobody on the host.
RUN rm -rf /usr/local/lib/node_modules /usr/local/include /opt/yarn* \
    /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg
RUN groupadd --gid 10001 tollgate && \
    useradd --uid 10001 --gid tollgate --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin tollgate && \
    install -d -m 0700 -o tollgate -g tollgate /var/lib/tollgate
COPY --from=build /app/out /app
# `tollgate` is the entrypoint's name, so that `docker exec` finds it too.
ENV PATH=/app/deploy/image:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# The master key is made beside this folder unless one is given: both lie in the volume.
ENV TOLLGATE_DATA_DIR=/var/lib/tollgate/data
USER 10001:10001
# Where tollgate.yaml is looked for, and what relative paths in it count from. Nothing is written here.
WORKDIR /etc/tollgate
VOLUME /var/lib/tollgate
EXPOSE 4000 4001
STOPSIGNAL SIGTERM
# Alive, not ready: whoever ends what is unhealthy must not end a gateway that waits for its database.
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 CMD ["node", "/app/bin/healthy.ts"]
ENTRYPOINT ["tollgate"]
CMD ["start"]
