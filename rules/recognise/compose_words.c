#include "rules/recognise/compose_words.h"

#include "rules/recognise/words.h"

#define LISTED(list, key) words_listed(list, sizeof(list) / sizeof((list)[0]), key)

bool compose_is_part(struct span key)
{
	static const char *const names[] = { "cap_add", "cap_drop", "cgroup_parent", "command",
		"container_name", "depends_on", "deploy", "devices", "entrypoint", "env_file",
		"environment", "expose", "extra_hosts", "group_add", "ipc", "network_mode",
		"networks", "pid", "ports", "privileged", "pull_policy", "read_only",
		"security_opt", "shm_size", "sysctls", "tmpfs", "ulimits", "userns_mode", "volumes",
		"volumes_from", "working_dir" };

	return LISTED(names, key);
}

bool compose_is_foreign(struct span key)
{
	static const char *const names[] = { "abstract", "alias", "arguments", "autoconfigure",
		"autowire", "bind", "calls", "class", "decorates", "factory", "parent", "public",
		"resource", "shared", "synthetic", "tags" };

	return memchr(key.data, '\\', key.len) || LISTED(names, key);
}

bool compose_is_old_part(struct span key)
{
	static const char *const names[] = { "cap_add", "cap_drop", "container_name", "cpu_shares",
		"devices", "dns", "entrypoint", "env_file", "expose", "external_links",
		"extra_hosts", "log_driver", "mem_limit", "net", "network_mode", "privileged",
		"restart", "security_opt", "volume_driver", "volumes_from" };

	return LISTED(names, key);
}

bool compose_is_weak_part(struct span key)
{
	static const char *const names[] = { "command", "environment", "hostname", "labels",
		"links", "ports", "user", "volumes", "working_dir" };

	return LISTED(names, key);
}

bool compose_is_extended(struct span key)
{
	return span_is(key, "file") || span_is(key, "service");
}

/* What stands behind the last full stop; empty: there is none. */
static struct span ending_of(struct span value)
{
	const char *stop = memrchr(value.data, '.', value.len);

	if (!stop)
		return (struct span){ value.data, 0 };
	return (struct span){ stop + 1, value.len - (size_t)(stop + 1 - value.data) };
}

bool compose_is_image(struct span value)
{
	static const char *const pictures[] = { "avif", "bmp", "gif", "ico", "jpeg", "jpg", "mp4",
		"pdf", "png", "psd", "svg", "tif", "tiff", "webp" };

	if (!value.len || memchr("./", *value.data, 2) || span_starts(value, "http"))
		return false;
	if (span_starts(value, "$"))
		return true;
	for (size_t i = 0; i < value.len; i++) {
		char c = value.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			!memchr("._/:@-${}", c, 9))
			return false;
	}
	return !LISTED(pictures, ending_of(value));
}

/* The name alone: `postgres` of `docker.io/library/postgres:16`. */
static struct span name_of(struct span value)
{
	const char *slash = memrchr(value.data, '/', value.len), *end;

	if (slash) {
		value.len -= (size_t)(slash + 1 - value.data);
		value.data = slash + 1;
	}
	end = memchr(value.data, ':', value.len);
	if (!end)
		end = memchr(value.data, '@', value.len);
	return end ? (struct span){ value.data, (size_t)(end - value.data) } : value;
}

bool compose_is_known_image(struct span value)
{
	static const char *const names[] = { "adminer", "alpine", "busybox", "caddy", "cassandra",
		"centos", "consul", "couchdb", "debian", "elasticsearch", "fedora", "ghost",
		"gitea", "golang", "grafana", "haproxy", "httpd", "influxdb", "jenkins", "kafka",
		"kibana", "logstash", "mailhog", "mariadb", "memcached", "minio", "mongo", "mysql",
		"nats", "nextcloud", "nginx", "node", "openjdk", "php", "postgres", "prometheus",
		"python", "rabbitmq", "redis", "registry", "ruby", "solr", "tomcat", "traefik",
		"ubuntu", "vault", "wordpress", "zookeeper" };
	struct span name =
		compose_is_image(value) ? name_of(value) : (struct span){ value.data, 0 };

	return name.len && (LISTED(names, name) || memchr(value.data, ':', value.len));
}

bool compose_is_context(struct span value)
{
	return value.len && (memchr("./$", *value.data, 3) || memchr(value.data, '/', value.len));
}
