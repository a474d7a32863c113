-- Who keeps answers of targets that keep no state, and the answers. Earlier versions neither read nor write any of it.
ALTER TABLE "organizations" ADD COLUMN "store_responses" BOOLEAN;
ALTER TABLE "teams" ADD COLUMN "store_responses" BOOLEAN;
ALTER TABLE "virtual_keys" ADD COLUMN "store_responses" BOOLEAN;

CREATE TABLE "stored_responses" (
    "id" UUID NOT NULL,
    "organization" TEXT NOT NULL,
    "team" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "content" BYTEA NOT NULL,

    CONSTRAINT "stored_responses_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "stored_responses_expires_at_idx" ON "stored_responses"("expires_at");

-- It is sealed, so it does not get smaller by being packed.
ALTER TABLE "stored_responses" ALTER COLUMN "content" SET STORAGE EXTERNAL;
