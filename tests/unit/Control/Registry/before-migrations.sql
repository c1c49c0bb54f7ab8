CREATE TABLE "Aliases" (
    "Project" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Version" INTEGER NOT NULL,
    CONSTRAINT "PK_Aliases" PRIMARY KEY ("Project", "Name")
);

CREATE TABLE "Audit" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Audit" PRIMARY KEY AUTOINCREMENT,
    "At" INTEGER NOT NULL,
    "Who" TEXT NOT NULL,
    "What" TEXT NOT NULL,
    "Project" TEXT NOT NULL,
    "RunId" TEXT NULL,
    "Why" TEXT NOT NULL
);

CREATE TABLE "Datasets" (
    "Project" TEXT NOT NULL,
    "DatasetId" TEXT NOT NULL,
    "RunId" TEXT NOT NULL,
    "Manifest" TEXT NOT NULL,
    "TrainRows" INTEGER NOT NULL,
    "TestRows" INTEGER NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    CONSTRAINT "PK_Datasets" PRIMARY KEY ("Project", "DatasetId")
);

CREATE TABLE "Drops" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Drops" PRIMARY KEY AUTOINCREMENT,
    "Bucket" TEXT NOT NULL,
    "Key" TEXT NOT NULL,
    "ETag" TEXT NOT NULL,
    "Project" TEXT NOT NULL,
    "Bytes" INTEGER NOT NULL,
    "SeenAt" INTEGER NOT NULL,
    "Sha256" TEXT NULL,
    "RunId" TEXT NULL
);

CREATE TABLE "Inbox" (
    "MessageId" TEXT NOT NULL CONSTRAINT "PK_Inbox" PRIMARY KEY,
    "At" INTEGER NOT NULL
);

CREATE TABLE "Jobs" (
    "JobId" TEXT NOT NULL CONSTRAINT "PK_Jobs" PRIMARY KEY,
    "RunId" TEXT NOT NULL,
    "Stage" TEXT NOT NULL,
    "Attempt" INTEGER NOT NULL,
    "StartedAt" INTEGER NOT NULL,
    "IssuedAt" INTEGER NOT NULL,
    "ClosedAt" INTEGER NULL
);

CREATE TABLE "Outbox" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Outbox" PRIMARY KEY,
    "Lane" TEXT NOT NULL,
    "RunId" TEXT NULL,
    "Kind" TEXT NOT NULL,
    "Target" TEXT NOT NULL,
    "Body" TEXT NOT NULL,
    "MessageId" TEXT NOT NULL,
    "DueAt" INTEGER NOT NULL,
    "SentAt" INTEGER NULL,
    "Failures" INTEGER NOT NULL
);

CREATE TABLE "Projects" (
    "Name" TEXT NOT NULL CONSTRAINT "PK_Projects" PRIMARY KEY,
    "CreatedAt" INTEGER NOT NULL,
    "ReadyMarker" TEXT NULL,
    "ReadyAt" INTEGER NULL,
    "RefusedRun" TEXT NULL,
    "RefusedSettings" TEXT NULL,
    "MissingModel" TEXT NULL
);

CREATE TABLE "Runs" (
    "Number" INTEGER NOT NULL CONSTRAINT "PK_Runs" PRIMARY KEY AUTOINCREMENT,
    "RunId" TEXT NOT NULL,
    "Project" TEXT NOT NULL,
    "State" TEXT NOT NULL,
    "Ended" INTEGER NOT NULL,
    "Version" INTEGER NULL,
    "Document" TEXT NOT NULL,
    "Progress" TEXT NULL,
    "Stalled" INTEGER NOT NULL
);

CREATE TABLE "Versions" (
    "Project" TEXT NOT NULL,
    "Version" INTEGER NOT NULL,
    "AdapterId" TEXT NOT NULL,
    "Adapter" TEXT NOT NULL,
    "RunId" TEXT NOT NULL,
    "DatasetId" TEXT NOT NULL,
    "ModelDigest" TEXT NOT NULL,
    "BaseFigures" TEXT NOT NULL,
    "AdapterFigures" TEXT NOT NULL,
    "Promoted" INTEGER NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "RetirePending" INTEGER NOT NULL,
    CONSTRAINT "PK_Versions" PRIMARY KEY ("Project", "Version")
);

CREATE INDEX "IX_Audit_RunId" ON "Audit" ("RunId");

CREATE UNIQUE INDEX "IX_Drops_Bucket_Key_ETag" ON "Drops" ("Bucket", "Key", "ETag");

CREATE INDEX "IX_Drops_Project_RunId" ON "Drops" ("Project", "RunId");

CREATE INDEX "IX_Jobs_ClosedAt" ON "Jobs" ("ClosedAt");

CREATE INDEX "IX_Outbox_SentAt_Id" ON "Outbox" ("SentAt", "Id");

CREATE UNIQUE INDEX "IX_Runs_OneOpenPerProject" ON "Runs" ("Project") WHERE "Ended" = 0;

CREATE UNIQUE INDEX "IX_Runs_RunId" ON "Runs" ("RunId");

