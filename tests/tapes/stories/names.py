"""Names as installations have them."""

FLOWS = (
    "partner", "catalog", "price", "stock", "reviews", "tickets", "claims", "orders", "weather", "news", "invoices",
    "listings", "transcripts", "filings", "profiles", "clicks", "manuals", "recipes", "lab-results", "tariffs",
)  # fmt: skip
TOPICS = ("DOCS", "ITEMS", "FACTS", "RECORDS", "UPDATES", "FEATURES")
INDEXERS = ("indexer", "chunker", "feature-loader", "embed-writer", "doc-sink", "ingestor")
SERVERS = ("answerer", "assistant", "recommender", "copilot", "triage", "classifier")
MODELS = ("answer-8b", "assist-13b", "rank-xl", "triage-3b", "summary-7b", "match-large")
EMBEDDERS = ("embedder", "vectorizer", "tokenizer-api", "parser")
STORES = ("vector-store", "search-db", "feature-cache", "doc-store")
OTHERS = (
    "checkout", "billing", "mailer", "identity", "sessions", "thumbnails", "notifier", "geo", "ledger", "audit-log",
    "search-ui", "wallet", "shipping", "returns", "coupons", "tax", "chat", "presence", "uploads", "exports",
    "webhooks", "quota", "feature-flags", "crawler", "translator", "spellcheck", "carts", "inventory", "loyalty",
    "fraud-check", "payments",
    "scheduler-ui", "reports", "archiver", "gateway", "status-page", "push", "sms", "avatars", "forms",
)  # fmt: skip
BATCHES = ("nightly-eval", "finetune-large", "reindex", "report-run", "backup", "compaction")
NAMESPACES = ("llm-prod", "prod", "default", "ai", "platform")
REGIONS = ("fra1", "ams3", "iad2", "sgp1", "dub1")
OWNERS = ("search-data", "pricing", "partners", "knowledge", "supply", "content")
ALERTS = ("DiskFilling", "CertExpiresSoon", "HighRestartRate", "SlowRequests", "BackupLate", "TooManyOpenFiles")
