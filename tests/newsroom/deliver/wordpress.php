<?php
// A partner's WordPress: with INSTALL it is set up, with FEED it takes that feed over HTTP and prints its posts.

define('ABSPATH', '/usr/share/wordpress/');
define('DB_NAME', getenv('WORDPRESS_DATABASE'));
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:' . getenv('WORDPRESS_SOCKET'));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_CONTENT_DIR', getenv('WORDPRESS_CONTENT'));
// WordPress asks no address of its own network for a feed, save that of its own site.
define('WP_HOME', getenv('WORDPRESS_HOME'));
define('WP_SITEURL', WP_HOME);
define('DISABLE_WP_CRON', true);
define('WP_INSTALLING', (bool) getenv('INSTALL'));
$table_prefix = 'wp_';
$_SERVER += ['HTTP_HOST' => '127.0.0.1', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
require ABSPATH . 'wp-settings.php';

if (WP_INSTALLING) {
    function wp_new_blog_notification(...$_) {}  // no mail from a test
    require_once ABSPATH . 'wp-admin/includes/upgrade.php';
    wp_install('KRDO', 'editor', 'editor@krdo.example', true, '', 'unused');
    exit;
}

add_filter('wp_feed_cache_transient_lifetime', fn() => 0);
$feed = fetch_feed(getenv('FEED'));
if (is_wp_error($feed)) {
    fwrite(STDERR, $feed->get_error_message());
    exit(1);
}

function taken(): array {
    $found = [];
    foreach (get_posts(['numberposts' => -1, 'meta_key' => 'guid', 'post_status' => 'any']) as $post) {
        $found[get_post_meta($post->ID, 'guid', true)] = $post;
    }
    return $found;
}

// When an item was changed, by the element that MSN goes by and SimplePie does not know.
function modified(object $item): ?string {
    $told = $item->get_item_tags('http://purl.org/dc/terms/', 'modified')[0]['data'] ?? null;
    return $told ? gmdate('Y-m-d H:i:s', strtotime($told)) : null;
}

// The end of an item's term: a moment, or a period as DCMI writes it.
function ended(object $item): bool {
    $valid = $item->get_item_tags('http://purl.org/dc/terms/', 'valid')[0]['data'] ?? '';
    $end = strtotime(preg_replace('/^.*end=([^;]+).*$/', '$1', $valid));
    return $end !== false && $end <= strtotime(getenv('NOW'));
}

// What goes with an item, as a picture editor sees it.
function media(object $item): array {
    $told = [];
    foreach ($item->get_enclosures() ?? [] as $each) {
        if ($each->get_link() && $each->get_medium()) {
            $credits = array_map(fn($credit) => $credit->get_name(), $each->get_credits() ?? []);
            $told[] = [$each->get_medium(), $each->get_link(), (string) $each->get_description(), $credits];
        }
    }
    return $told;
}

$there = taken();
foreach ($feed->get_items() as $item) {
    if (ended($item)) {
        continue;  // what the site has of it is removed below
    }
    $changed = $item->get_updated_date('Y-m-d H:i:s') ?: modified($item) ?: $item->get_date('Y-m-d H:i:s');
    $before = $there[$item->get_id()] ?? null;
    unset($there[$item->get_id()]);
    if ($before && get_post_meta($before->ID, 'changed', true) >= $changed) {
        continue;
    }
    $id = wp_insert_post(wp_slash([
        'ID' => $before->ID ?? 0,
        'post_status' => 'publish',
        'post_title' => html_entity_decode($item->get_title(), ENT_QUOTES | ENT_HTML5),
        'post_content' => $item->get_content(),
        'post_excerpt' => $item->get_description(),
        'post_date_gmt' => $item->get_date('Y-m-d H:i:s'),
        'tags_input' => array_map(fn($each) => $each->get_term(), $item->get_categories() ?? []),
        'meta_input' => [
            'guid' => $item->get_id(),
            'changed' => $changed,
            'author' => $item->get_author() ? $item->get_author()->get_name() : '',
            'source' => $item->get_permalink() ?? '',
            'picture' => $item->get_thumbnail()['url'] ?? '',
            'media' => media($item),
        ],
    ]), true);
    if (is_wp_error($id)) {
        fwrite(STDERR, $id->get_error_message());
        exit(1);
    }
}
foreach ($there as $gone) {
    wp_delete_post($gone->ID, true);
}

$posts = [];
foreach (taken() as $guid => $post) {
    $posts[$guid] = [
        'id' => $post->ID,
        'title' => $post->post_title,
        'content' => $post->post_content,
        'excerpt' => $post->post_excerpt,
        'published' => $post->post_date_gmt,
        'tags' => wp_get_post_tags($post->ID, ['fields' => 'names']),
    ];
    foreach (['changed', 'author', 'source', 'picture', 'media'] as $name) {
        $posts[$guid][$name] = get_post_meta($post->ID, $name, true);
    }
}
echo json_encode((object) $posts, JSON_THROW_ON_ERROR);
