-- Lists are read a page at a time: each page begins at its key, in the list's order.

CREATE INDEX device_listed ON device (enrolled_at, id);
CREATE INDEX device_operator ON device (operator, enrolled_at, id);
CREATE INDEX lockdown_listed ON lockdown (started_at, id);
CREATE INDEX lockdown_open ON lockdown (started_at, id) WHERE lifted_at IS NULL AND ended_at IS NULL;
CREATE INDEX permit_listed ON lockdown_permit (given_at, id);
CREATE INDEX permit_open ON lockdown_permit (given_at, id) WHERE ended_at IS NULL;
CREATE INDEX request_listed ON lockdown_request (requested_at, id) WHERE settled_at IS NULL;
