"""Every field of the published JSON schemas of ODCS v3.0.0 to v3.0.2 and v3.1.0, by their definitions."""

from __future__ import annotations

from collections.abc import Mapping

FIELDS: Mapping[str, Mapping[str, str]] = {
    "v3.0": {
        "Contract": (
            "version kind apiVersion id name tenant tags status servers dataProduct description domain "
            "schema support price team roles slaDefaultElement slaProperties customProperties "
            "contractCreatedTs authoritativeDefinitions"
        ),
        "Description": "usage purpose limitations authoritativeDefinitions customProperties",
        "Server": "server type description environment roles customProperties",
        "Server ApiServer": "location",
        "Server AthenaServer": "stagingDir schema catalog regionName",
        "Server AzureServer": "location format delimiter",
        "Server BigQueryServer": "project dataset",
        "Server ClickHouseServer": "host port database",
        "Server DatabricksServer": "host catalog schema",
        "Server DenodoServer": "host port database",
        "Server DremioServer": "host port schema",
        "Server DuckdbServer": "database schema",
        "Server GlueServer": "account database location format",
        "Server GoogleCloudSqlServer": "host port database schema",
        "Server IBMDB2Server": "host port database schema",
        "Server InformixServer": "host port database",
        "Server CustomServer": (
            "account catalog database dataset delimiter endpointUrl format host location path port "
            "project region regionName schema serviceName stagingDir warehouse"
        ),
        "Server KafkaServer": "host format",
        "Server KinesisServer": "region format",
        "Server LocalServer": "path format",
        "Server MySqlServer": "host port database",
        "Server OracleServer": "host port serviceName",
        "Server PostgresServer": "host port database schema",
        "Server PrestoServer": "host catalog schema",
        "Server PubSubServer": "project",
        "Server RedshiftServer": "host database schema region account",
        "Server S3Server": "location endpointUrl format delimiter",
        "Server SftpServer": "location format delimiter",
        "Server SnowflakeServer": "host port account database schema warehouse",
        "Server SqlserverServer": "host port database schema",
        "Server SynapseServer": "host port database",
        "Server TrinoServer": "host port catalog schema",
        "Server VerticaServer": "host port database schema",
        "SchemaElement": "name physicalType description businessName authoritativeDefinitions tags customProperties",
        "SchemaObject": "logicalType physicalName dataGranularityDescription properties quality",
        "SchemaBaseProperty": (
            "primaryKey primaryKeyPosition logicalType logicalTypeOptions physicalType required unique "
            "partitioned partitionKeyPosition classification encryptedName transformSourceObjects "
            "transformLogic transformDescription examples criticalDataElement quality properties items "
            "physicalName"
        ),
        "LogicalTypeOptions": (
            "minLength maxLength pattern format exclusiveMaximum maximum exclusiveMinimum minimum "
            "multipleOf maxProperties minProperties required maxItems minItems uniqueItems"
        ),
        "SchemaItemProperty": "properties",
        "DataQuality": (
            "authoritativeDefinitions businessImpact customProperties description dimension method name "
            "schedule scheduler severity tags type unit"
        ),
        "DataQualityLibrary": (
            "rule mustBe mustNotBe mustBeGreaterThan mustBeGreaterOrEqualTo mustBeLessThan "
            "mustBeLessOrEqualTo mustBeBetween mustNotBeBetween"
        ),
        "DataQualitySql": "query",
        "DataQualityCustom": "engine implementation",
        "AuthoritativeDefinition": "url type",
        "SupportItem": "channel url description tool scope invitationUrl",
        "Pricing": "priceAmount priceCurrency priceUnit",
        "TeamMember": "username role dateIn dateOut replacedByUsername name description",
        "Role": "role description access firstLevelApprovers secondLevelApprovers customProperties",
        "ServiceLevelAgreementProperty": "property value valueExt unit element driver",
        "CustomProperty": "property value",
    },
    "v3.1": {
        "Contract": (
            "version kind apiVersion id name tenant tags status servers dataProduct description domain "
            "schema support price team roles slaDefaultElement slaProperties authoritativeDefinitions "
            "customProperties contractCreatedTs"
        ),
        "Description": "usage purpose limitations authoritativeDefinitions customProperties",
        "Server": "id server type description environment roles customProperties",
        "Server ApiServer": "location",
        "Server AthenaServer": "stagingDir schema catalog regionName",
        "Server AzureServer": "location format delimiter",
        "Server BigQueryServer": "project dataset",
        "Server ClickHouseServer": "host port database",
        "Server DatabricksServer": "host catalog schema",
        "Server DenodoServer": "host port database",
        "Server DremioServer": "host port schema",
        "Server DuckdbServer": "database schema",
        "Server GlueServer": "account database location format",
        "Server GoogleCloudSqlServer": "host port database schema",
        "Server IBMDB2Server": "host port database schema",
        "Server HiveServer": "host port database",
        "Server ImpalaServer": "host port database",
        "Server InformixServer": "host port database",
        "Server ZenServer": "host port database",
        "Server CustomServer": (
            "account catalog database dataset delimiter endpointUrl format host location path port "
            "project region regionName schema serviceName stagingDir warehouse stream"
        ),
        "Server KafkaServer": "host format",
        "Server KinesisServer": "region format",
        "Server LocalServer": "path format",
        "Server MySqlServer": "host port database",
        "Server OracleServer": "host port serviceName",
        "Server PostgresServer": "host port database schema",
        "Server PrestoServer": "host catalog schema",
        "Server PubSubServer": "project",
        "Server RedshiftServer": "host database schema region account",
        "Server S3Server": "location endpointUrl format delimiter",
        "Server SftpServer": "location format delimiter",
        "Server SnowflakeServer": "host port account database schema warehouse",
        "Server SqlserverServer": "host port database schema",
        "Server SynapseServer": "host port database",
        "Server TrinoServer": "host port catalog schema",
        "Server VerticaServer": "host port database schema",
        "SchemaElement": (
            "id name physicalType description businessName authoritativeDefinitions tags customProperties"
        ),
        "SchemaObject": "logicalType physicalName dataGranularityDescription properties relationships quality",
        "SchemaBaseProperty": (
            "primaryKey primaryKeyPosition logicalType logicalTypeOptions physicalType physicalName "
            "required unique partitioned partitionKeyPosition classification encryptedName "
            "transformSourceObjects transformLogic transformDescription examples criticalDataElement "
            "relationships quality properties items"
        ),
        "LogicalTypeOptions": (
            "minLength maxLength pattern format exclusiveMaximum maximum exclusiveMinimum minimum "
            "timezone defaultTimezone multipleOf maxProperties minProperties required maxItems minItems "
            "uniqueItems"
        ),
        "SchemaItemProperty": "properties",
        "DataQuality": (
            "id authoritativeDefinitions businessImpact customProperties description dimension method "
            "name schedule scheduler severity tags type unit"
        ),
        "DataQualityOperators": (
            "mustBe mustNotBe mustBeGreaterThan mustBeGreaterOrEqualTo mustBeLessThan "
            "mustBeLessOrEqualTo mustBeBetween mustNotBeBetween"
        ),
        "DataQualityLibrary": "metric rule arguments",
        "DataQualitySql": "query",
        "DataQualityCustom": "engine implementation",
        "AuthoritativeDefinition": "id url type description",
        "SupportItem": "id channel url description tool scope invitationUrl customProperties",
        "Pricing": "id priceAmount priceCurrency priceUnit",
        "TeamMember": (
            "id username name description role dateIn dateOut replacedByUsername tags customProperties "
            "authoritativeDefinitions"
        ),
        "Team": "id name description members tags customProperties authoritativeDefinitions",
        "Role": "id role description access firstLevelApprovers secondLevelApprovers customProperties",
        "ServiceLevelAgreementProperty": (
            "id property value valueExt unit element driver description scheduler schedule"
        ),
        "CustomProperty": "id property value description",
        "RelationshipBase": "type from to customProperties",
    },
}

SERVERS = {
    "ApiServer": "api",
    "AthenaServer": "athena",
    "AzureServer": "azure",
    "BigQueryServer": "bigquery",
    "ClickHouseServer": "clickhouse",
    "DatabricksServer": "databricks",
    "DenodoServer": "denodo",
    "DremioServer": "dremio",
    "DuckdbServer": "duckdb",
    "GlueServer": "glue",
    "GoogleCloudSqlServer": "cloudsql",
    "IBMDB2Server": "db2",
    "HiveServer": "hive",
    "ImpalaServer": "impala",
    "InformixServer": "informix",
    "ZenServer": "zen",
    "CustomServer": "custom",
    "KafkaServer": "kafka",
    "KinesisServer": "kinesis",
    "LocalServer": "local",
    "MySqlServer": "mysql",
    "OracleServer": "oracle",
    "PostgresServer": "postgres",
    "PrestoServer": "presto",
    "PubSubServer": "pubsub",
    "RedshiftServer": "redshift",
    "S3Server": "s3",
    "SftpServer": "sftp",
    "SnowflakeServer": "snowflake",
    "SqlserverServer": "sqlserver",
    "SynapseServer": "synapse",
    "TrinoServer": "trino",
    "VerticaServer": "vertica",
}
