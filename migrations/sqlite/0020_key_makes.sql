-- Whose make a security key is, where its maker's word was asked for when it was enrolled: the maker by the name that
-- `juyong.toml` had, and the model.
ALTER TABLE public_key ADD COLUMN maker TEXT;
ALTER TABLE public_key ADD COLUMN aaguid TEXT;
