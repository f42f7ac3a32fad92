-- A job that was in flight in two crashes is claimed alone; a crash there makes it poison. No index touches the mark, so that claims stay
-- heap-only updates.
ALTER TABLE holdfast.job ADD COLUMN claimed_alone boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN holdfast.job.crashes IS 'how many workers went down with it since it was last settled; a suspect from two on';
COMMENT ON COLUMN holdfast.job.claimed_alone IS 'its last claim was by a worker with nothing else in flight';
