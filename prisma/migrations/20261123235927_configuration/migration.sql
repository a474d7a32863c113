-- CreateEnum
CREATE TYPE "managed_by" AS ENUM ('file', 'api');

-- CreateEnum
CREATE TYPE "strategy" AS ENUM ('priority', 'weighted', 'round-robin');

-- CreateEnum
CREATE TYPE "target_role" AS ENUM ('target', 'fallback');

-- CreateTable
CREATE TABLE "organizations" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "teams" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "managed_by" "managed_by" NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "teams_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consumers" (
    "id" UUID NOT NULL,
    "team_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "managed_by" "managed_by" NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "consumers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "virtual_keys" (
    "id" UUID NOT NULL,
    "team_id" UUID NOT NULL,
    "consumer_id" UUID,
    "name" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "models" TEXT[],
    "managed_by" "managed_by" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "virtual_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "providers" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "adapter" TEXT NOT NULL,
    "base_url" TEXT,
    "keys" TEXT[],
    "lists_models" BOOLEAN NOT NULL,
    "models" TEXT[],
    "prices_from" TEXT,
    "allow_insecure" BOOLEAN NOT NULL,
    "position" INTEGER NOT NULL,
    "managed_by" "managed_by" NOT NULL,

    CONSTRAINT "providers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "models" (
    "id" UUID NOT NULL,
    "organization_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "strategy" "strategy" NOT NULL,
    "retries" INTEGER NOT NULL,
    "connect_millis" INTEGER NOT NULL,
    "first_token_millis" INTEGER NOT NULL,
    "idle_millis" INTEGER NOT NULL,
    "total_millis" INTEGER NOT NULL,
    "managed_by" "managed_by" NOT NULL,

    CONSTRAINT "models_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "targets" (
    "model_id" UUID NOT NULL,
    "role" "target_role" NOT NULL,
    "position" INTEGER NOT NULL,
    "target" TEXT NOT NULL,
    "weight" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "targets_pkey" PRIMARY KEY ("model_id","role","position")
);

-- CreateTable
CREATE TABLE "price_overrides" (
    "organization_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "model" TEXT NOT NULL,
    "input" DECIMAL(30,12) NOT NULL,
    "output" DECIMAL(30,12) NOT NULL,
    "cache_read" DECIMAL(30,12),
    "cache_write" DECIMAL(30,12),
    "reasoning" DECIMAL(30,12),
    "from" TIMESTAMPTZ(3),

    CONSTRAINT "price_overrides_pkey" PRIMARY KEY ("organization_id","position")
);

-- CreateTable
CREATE TABLE "instance_secrets" (
    "name" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "instance_secrets_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "configuration_version" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "configuration_version_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "organizations_name_key" ON "organizations"("name");

-- CreateIndex
CREATE UNIQUE INDEX "teams_organization_id_name_key" ON "teams"("organization_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "consumers_team_id_name_key" ON "consumers"("team_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "virtual_keys_digest_key" ON "virtual_keys"("digest");

-- CreateIndex
CREATE INDEX "virtual_keys_team_id_name_idx" ON "virtual_keys"("team_id", "name");

-- CreateIndex
CREATE INDEX "virtual_keys_consumer_id_idx" ON "virtual_keys"("consumer_id");

-- CreateIndex
CREATE UNIQUE INDEX "providers_organization_id_name_key" ON "providers"("organization_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "models_organization_id_name_key" ON "models"("organization_id", "name");

-- AddForeignKey
ALTER TABLE "teams" ADD CONSTRAINT "teams_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "consumers" ADD CONSTRAINT "consumers_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "virtual_keys" ADD CONSTRAINT "virtual_keys_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "virtual_keys" ADD CONSTRAINT "virtual_keys_consumer_id_fkey" FOREIGN KEY ("consumer_id") REFERENCES "consumers"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "providers" ADD CONSTRAINT "providers_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "models" ADD CONSTRAINT "models_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "targets" ADD CONSTRAINT "targets_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "models"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "price_overrides" ADD CONSTRAINT "price_overrides_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Written by hand from here on.

ALTER TABLE "configuration_version" ADD CONSTRAINT "configuration_version_one_row" CHECK ("id" = 1);

INSERT INTO "configuration_version" ("id", "version") VALUES (1, 1);

-- What always exists.
WITH "organization" AS (
    INSERT INTO "organizations" ("id", "name") VALUES (gen_random_uuid(), 'default') RETURNING "id"
)
INSERT INTO "teams" ("id", "organization_id", "name", "managed_by")
SELECT gen_random_uuid(), "id", 'default', 'api' FROM "organization";
