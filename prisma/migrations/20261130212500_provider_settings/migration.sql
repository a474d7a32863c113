-- What adapters know beside the members of every provider. Earlier versions neither read nor write it.
ALTER TABLE "providers" ADD COLUMN "settings" JSONB NOT NULL DEFAULT '{}';
