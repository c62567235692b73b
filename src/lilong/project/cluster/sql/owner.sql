-- Run by lilong_owner inside its database: what it makes later, the application may use. Migrations revoke where needed.
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO lilong_app;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO lilong_app;
