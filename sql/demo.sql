-- Demo data (DESIGN 13): people, 30 days of history that agrees with itself, articles. Every password is "password123".
-- Plain SQL, deterministic but for the session keys: CRC32 of a row's number stands for chance. All of it or nothing.
START TRANSACTION;
SET @now = FLOOR(UNIX_TIMESTAMP() * 1000);
SET @day = 86400000;
SET @hash = '$argon2id$v=19$m=19456,t=2,p=1$koEOjxdwkCJQVJiSSPr6Jw$0OKnfnzNHhCec9X8S9+qQonoV0N+hMR7iH2O1hUmViQ';

INSERT INTO users (id, public_id, role, login, email, full_name, password_hash, phone, max_sessions, last_active_at, created_at, updated_at) VALUES
  (1, 'admin',    3, 'admin@example.com',      'admin@example.com',      '管理员',   @hash, NULL, 5, @now, @now - 90 * @day, @now),
  (2, 'kefu_003', 2, 'supervisor@example.com', 'supervisor@example.com', '客服主管', @hash, '+86 138 0000 0003', 5, @now, @now - 80 * @day, @now),
  (3, 'kefu_001', 1, 'agent@example.com',      'agent@example.com',      '客服小王', @hash, '+86 138 0000 0001', 5, @now, @now - 70 * @day, @now),
  (4, 'kefu_002', 1, 'kefu_002@example.com',   'kefu_002@example.com',   '客服小李', @hash, '+86 138 0000 0002', 5, @now, @now - 60 * @day, @now),
  (5, 'kefu001',  1, 'kefu001@example.com',    'kefu001@example.com',    '客服小明', @hash, '+86 138 0000 0004', 5, @now, @now - 50 * @day, @now);

INSERT INTO users (id, public_id, role, login, email, full_name, password_hash, phone, identifier, custom_attributes, tags, last_active_at, created_at, updated_at) VALUES
  (10, 'kehu_001', 0, 'customer@example.com', 'customer@example.com', '客户张三', @hash, '+86 138 1234 8888', 'C-1001',
   '{"vip_level":"gold","source":"website"}', '["VIP客户","技术支持"]', @now, @now - 45 * @day, @now),
  (11, 'kehu_002', 0, NULL, 'zhaoliu@example.com', '客户赵六', NULL, '+86 139 2345 6666', 'C-1002', '{"source":"website"}', '[]', @now, @now - 40 * @day, @now),
  (12, 'kehu_003', 0, NULL, 'wangwu@example.com',  '客户王五', NULL, '+86 137 3456 7777', 'C-1003', '{"source":"app"}',     '[]', @now, @now - 35 * @day, @now),
  (13, 'user123',  0, NULL, 'lisi@example.com',    '李四',     NULL, '+86 136 4567 9999', 'C-1004', '{"source":"website"}', '[]', @now, @now - 30 * @day, @now);

INSERT INTO users (id, public_id, role, email, full_name, last_active_at, created_at, updated_at)
WITH RECURSIVE n AS (SELECT 20 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 79)
SELECT i, CONCAT('guest_', 1000 + i), 0, IF(i % 4 = 0, CONCAT('guest', i, '@example.com'), NULL),
  CONCAT(ELT(1 + i % 10, '陈', '林', '黄', '周', '吴', 'Emma ', '徐', 'Liam ', '孙', '朱'),
         ELT(1 + i % 7, '晓', '明', '静', '磊', '芳', '军', '敏'), IF(i % 3 = 0, '华', '')),
  @now - (i - 20) * @day / 2, @now - 31 * @day, @now - (i - 20) * @day / 2 FROM n;
UPDATE users SET full_name = ELT(1 + id % 4, 'Emma Brown', 'Liam Smith', 'Olivia Jones', 'Noah Davis') WHERE id >= 20 AND full_name LIKE '% %';

INSERT INTO teams (id, name, description, created_at, updated_at) VALUES
  (1, '技术支持团队', '负责技术相关问题的解答', @now - 70 * @day, @now),
  (2, '售后服务团队', '负责退换货与投诉', @now - 70 * @day, @now);
INSERT INTO team_members (team_id, user_id) VALUES (1, 3), (2, 4), (2, 5);
INSERT INTO inboxes (id, name, website_token, allowed_origins, greeting, greeting_delay, color, business_hours, pre_chat_fields, offline_message, locale, created_at, updated_at) VALUES
  (1, '官网商城', 'demo-shop', '', '', 4, '#0b6a56', '+08:00\n', '', '', 0, @now - 70 * @day, @now);

CREATE TEMPORARY TABLE demo_topics (k INT PRIMARY KEY, q VARCHAR(300), a VARCHAR(500), q2 VARCHAR(300), a2 VARCHAR(500)) DEFAULT CHARSET=utf8mb4;
INSERT INTO demo_topics VALUES
  (0, '你好，我的订单三天了还没有发货，能帮我看一下吗？', '您好！一般情况下付款后 48 小时内发货，我帮您核实一下仓库情况。', '好的，麻烦尽快，谢谢。', '已经为您加急，今天下午就会发出，请留意短信通知。'),
  (1, '请问可以七天无理由退货吗？', '可以的，签收之日起七天内，商品完好即可申请退货。', '运费谁承担呢？', '质量问题由我们承担，其他原因由您承担寄回运费。'),
  (2, '我想开一张增值税专用发票', '没问题，请在订单详情页点击“申请发票”，填写公司名称和税号。', '大概多久能收到？', '电子发票 24 小时内发到您的邮箱。'),
  (3, '这件外套 175 公分 70 公斤穿什么码？', '建议您选择 L 码，版型略宽松。', '会不会太长？', '衣长 70 厘米，到臀部，不会显长。'),
  (4, '付款时提示支付失败，怎么办？', '您好，请先确认银行卡限额，或者换一种支付方式再试。', '换了微信就可以了，谢谢！', '太好了，祝您购物愉快！'),
  (5, 'Hi, do you ship to Singapore?', 'Yes, we do. Delivery to Singapore takes 5 to 8 working days.', 'Great. How much is it?', 'It is free for orders over 80 USD, and 9 USD otherwise.'),
  (6, '账号登录不上去，收不到验证码', '请检查短信是否被拦截，也可以使用邮箱验证码登录。', '邮箱可以了。', '好的，建议您顺便绑定新的手机号。'),
  (7, '收到的杯子有裂痕，我要换货', '非常抱歉给您带来不便，请您拍一张照片发给我们。', '照片已经发了。', '收到，马上为您补发一个新的，坏的不用寄回。'),
  (8, 'Can I change the address of my order?', 'As long as it has not been shipped, yes. What is the new address?', 'I have just sent it by e-mail.', 'Thank you, the address has been changed.'),
  (9, '会员积分怎么使用？', '下单时勾选“使用积分”，100 积分抵扣 1 元。', '会过期吗？', '积分自获得之日起一年内有效。'),
  (10, '保修期是多长时间？', '电子类产品保修一年，自签收之日起计算。', '需要保留包装吗？', '不需要，保留购买记录即可。');

-- 300 ended conversations over 30 days, with busy and quiet ones. Every third was the AI's alone, the others had an agent (3, 4 or 5).
CREATE TEMPORARY TABLE demo_plan (n INT PRIMARY KEY, k INT, human INT, agent BIGINT, contact BIGINT, t BIGINT, r1 BIGINT, r2 BIGINT, rated INT, resolved INT);
INSERT INTO demo_plan
WITH RECURSIVE n AS (SELECT 101 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 400)
SELECT i, CRC32(i) % 11, i % 3 <> 0, 3 + CRC32(i * 3) % 3, 20 + CRC32(i * 5) % 60,
  FLOOR(@now - ((400 - i) / 10 + 0.6 * SIN((400 - i) * PI() / 35) + 0.2 * SIN((400 - i) * PI() / 15.5)) * @day - 3 * 3600000 - CRC32(i * 11) % 3600000),
  8000 + CRC32(i * 7) % 90000, 6000 + CRC32(i * 13) % 70000,
  IF(CRC32(i * 17) % 5 < 2, 5 - CRC32(i * 19) % 3 * (CRC32(i * 23) % 2), 0), CRC32(i * 29) % 12 > 0 FROM n;

INSERT INTO conversations (id, uuid, session_id, contact_id, status, priority, agent_type, channel, assignee_id, team_id, metadata, last_seq, last_message_at,
  last_sender, last_text, staff_read_seq, contact_read_seq, first_asked_at, first_answered_at, human_at, agent_messages, rating, rated_at, rated_agent_id, resolved_at, created_at, updated_at)
SELECT p.n, UUID(), CONCAT('sess_', LOWER(HEX(RANDOM_BYTES(16)))), p.contact, IF(p.resolved, 2, 3), 1 + (CRC32(p.n) % 9 = 0), p.human, 'web_widget',
  IF(p.human, p.agent, NULL), IF(p.human, IF(p.agent = 3, 1, 2), NULL), '{"source":"web","page_url":"https://shop.example.com/","page_title":"小店"}',
  4, p.t + 60000 + p.r1 + p.r2, IF(p.human, 2, 1), LEFT(d.a2, 200), 4, 4, p.t, IF(p.human, p.t + p.r1, 0), IF(p.human, p.t, 0), IF(p.human, 2, 0),
  NULLIF(p.rated, 0), IF(p.rated > 0, p.t + 200000 + p.r1 + p.r2, 0), IF(p.rated > 0 AND p.human, p.agent, NULL), p.t + 180000 + p.r1 + p.r2, p.t, p.t + 180000 + p.r1 + p.r2
FROM demo_plan p JOIN demo_topics d ON d.k = p.k;

INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, content, created_at)
SELECT stream, seq, UUID(), sender_id, sender_type, sender_name, content, created_at FROM (
  SELECT p.n AS stream, 1 AS seq, p.contact AS sender_id, 0 AS sender_type, '' AS sender_name, d.q AS content, p.t AS created_at FROM demo_plan p JOIN demo_topics d ON d.k = p.k
  UNION ALL SELECT p.n, 2, IF(p.human, p.agent, 0), IF(p.human, 2, 1), IF(p.human, u.full_name, ''), d.a, p.t + p.r1 FROM demo_plan p JOIN demo_topics d ON d.k = p.k JOIN users u ON u.id = p.agent
  UNION ALL SELECT p.n, 3, p.contact, 0, '', d.q2, p.t + p.r1 + 60000 FROM demo_plan p JOIN demo_topics d ON d.k = p.k
  UNION ALL SELECT p.n, 4, IF(p.human, p.agent, 0), IF(p.human, 2, 1), IF(p.human, u.full_name, ''), d.a2, p.t + 60000 + p.r1 + p.r2 FROM demo_plan p JOIN demo_topics d ON d.k = p.k JOIN users u ON u.id = p.agent
) m ORDER BY created_at, stream, seq;

INSERT INTO assignments (conversation_id, contact_id, agent_id, started_at, started_by, ended_at, end_reason)
SELECT n, contact, agent, t, 0, t + 180000 + r1 + r2, IF(resolved, 1, 5) FROM demo_plan WHERE human = 1;
INSERT INTO responses (conversation_id, agent_id, first, asked_at, answered_at)
SELECT n, agent, 1, t, t + r1 FROM demo_plan WHERE human = 1 UNION ALL SELECT n, agent, 0, t + r1 + 60000, t + r1 + 60000 + r2 FROM demo_plan WHERE human = 1;

UPDATE conversations v JOIN demo_plan p ON p.n = v.id SET v.handed_over = IF(CRC32(CONCAT('handed', p.n)) % 3 > 0, 0, ELT(1 + CRC32(CONCAT('why', p.n)) % 8, 1, 1, 1, 1, 2, 2, 6, 4)) WHERE p.human = 1;
INSERT INTO ai_turns (conversation_id, asked_at, word_at, outcome) SELECT n, t, t + 300 + CRC32(n * 31) % 1500, 0 FROM demo_plan WHERE human = 0 UNION ALL
  SELECT n, t + r1 + 60000, t + r1 + 60300 + CRC32(n * 37) % 1500, 0 FROM demo_plan WHERE human = 0;

-- What is going on now: one with kefu_001, one with kefu001, one with the AI, one waiting.
INSERT INTO conversations (id, uuid, session_id, contact_id, status, priority, agent_type, assignee_id, team_id, queue_rank, metadata, last_seq, last_message_at, last_sender,
  last_text, unread_staff, asked_at, first_asked_at, first_answered_at, human_at, agent_messages, created_at, updated_at) VALUES
  (1, UUID(), CONCAT('sess_', LOWER(HEX(RANDOM_BYTES(16)))), 10, 0, 2, 1, 3, 1, NULL, '{"source":"web","page_url":"https://shop.example.com/orders","page_title":"我的订单"}',
   3, @now - 240000, 0, '好的，那我等您的消息', 1, @now - 240000, @now - 1800000, @now - 1770000, @now - 1790000, 1, @now - 1800000, @now - 240000),
  (2, UUID(), CONCAT('sess_', LOWER(HEX(RANDOM_BYTES(16)))), 12, 0, 1, 1, NULL, NULL, 80000000000000 + @now - 300000, '{"source":"web"}',
   3, @now - 300000, 0, '转人工', 2, @now - 330000, @now - 330000, 0, @now - 300000, 0, @now - 330000, @now - 300000),
  (3, UUID(), CONCAT('sess_', LOWER(HEX(RANDOM_BYTES(16)))), 11, 0, 1, 0, NULL, NULL, NULL, '{"source":"web"}',
   2, @now - 600000, 1, '付款后 48 小时内发货，节假日顺延。', 1, @now - 610000, @now - 610000, 0, 0, 0, @now - 610000, @now - 600000),
  (4, UUID(), CONCAT('sess_', LOWER(HEX(RANDOM_BYTES(16)))), 13, 0, 1, 1, 5, 2, NULL, '{"source":"web"}',
   2, @now - 900000, 2, '您好，有什么可以帮助您的吗？', 0, 0, @now - 960000, @now - 900000, @now - 950000, 1, @now - 960000, @now - 900000);
INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, content, created_at) VALUES
  (1, 1, UUID(), 10, 0, '', '你好，我想咨询一下产品信息', @now - 1800000),
  (1, 2, UUID(), 3, 2, '客服小王', '您好，请问您想了解哪一款产品？', @now - 1770000),
  (4, 1, UUID(), 13, 0, '', '你好', @now - 960000),
  (4, 2, UUID(), 5, 2, '客服小明', '您好，有什么可以帮助您的吗？', @now - 900000),
  (3, 1, UUID(), 11, 0, '', '多久发货？', @now - 610000),
  (3, 2, UUID(), 0, 1, '', '付款后 48 小时内发货，节假日顺延。', @now - 600000),
  (2, 1, UUID(), 12, 0, '', '我要投诉快递', @now - 330000),
  (2, 2, UUID(), 0, 1, '', '这个问题我不太确定，需要为您转接人工客服吗？', @now - 328000),
  (2, 3, UUID(), 12, 0, '', '转人工', @now - 300000),
  (1, 3, UUID(), 10, 0, '', '好的，那我等您的消息', @now - 240000);
INSERT INTO assignments (conversation_id, contact_id, agent_id, started_at) VALUES (1, 10, 3, @now - 1790000), (4, 13, 5, @now - 950000);
INSERT INTO responses (conversation_id, agent_id, first, asked_at, answered_at) VALUES (1, 3, 1, @now - 1800000, @now - 1770000), (4, 5, 1, @now - 960000, @now - 900000);

-- Rooms: what was said on the days before.
INSERT INTO rooms (id, public_id, name, description, owner_id, created_at) VALUES
  (2, 'room_a1b2c3d4', '产品讨论', '新品、建议与使用心得', 3, @now - 20 * @day),
  (3, 'room_e5f60718', '客服内部', '排班、交接与疑难问题', 2, @now - 40 * @day);
INSERT INTO room_members (room_id, user_id, joined_at)
SELECT 1, id, @now - 20 * @day FROM users WHERE id IN (1, 2, 3, 4, 5, 10, 11, 12)
UNION ALL SELECT 2, id, @now - 20 * @day FROM users WHERE id IN (3, 5, 10, 11)
UNION ALL SELECT 3, id, @now - 40 * @day FROM users WHERE id IN (1, 2, 3, 4, 5);
INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, content, created_at)
SELECT s.stream, s.seq, UUID(), u.id, IF(u.role = 0, 0, 2), u.full_name, s.content, s.t FROM (
  SELECT -1 AS stream, 1 AS seq, 1 AS who, '欢迎大家！有问题可以在这里交流。' AS content, @now - 4 * @day AS t
  UNION ALL SELECT -1, 2, 10, '大家好，我是新用户，请多关照。', @now - 4 * @day + 3600000
  UNION ALL SELECT -1, 3, 3, '欢迎！需要帮助随时找我们。', @now - 4 * @day + 3660000
  UNION ALL SELECT -1, 4, 11, '请问周末有人值班吗？', @now - 2 * @day - 7200000
  UNION ALL SELECT -1, 5, 2, '周末 9:00 到 18:00 都有客服在线。', @now - 2 * @day - 7000000
  UNION ALL SELECT -2, 1, 3, '新款外套已经上架，欢迎提意见。', @now - 3 * @day
  UNION ALL SELECT -2, 2, 10, '颜色很好看，能不能再加一个灰色？', @now - 3 * @day + 1800000
  UNION ALL SELECT -2, 3, 5, '灰色下个月到货，到时候在这里通知大家。', @now - 3 * @day + 2400000
  UNION ALL SELECT -3, 1, 2, '今天的退货咨询比较多，常用语 return 已更新。', @now - 2 * @day
  UNION ALL SELECT -3, 2, 4, '收到，谢谢！', @now - 2 * @day + 300000
) s JOIN users u ON u.id = s.who ORDER BY s.t;
UPDATE messages a JOIN messages q ON q.stream = a.stream AND q.seq = a.seq - 1 SET a.reply_to = q.id WHERE (a.stream = -1 AND a.seq IN (3, 5)) OR (a.stream = -2 AND a.seq = 3);
UPDATE rooms r JOIN (SELECT stream, COUNT(*) AS n, MAX(created_at) AS t FROM messages WHERE stream < 0 GROUP BY stream) m ON m.stream = -r.id
  SET r.last_seq = m.n, r.shown_seq = m.n, r.last_message_at = m.t;
UPDATE rooms r SET r.member_changes = r.member_changes + 1, r.members = (SELECT COUNT(*) FROM room_members k WHERE k.room_id = r.id AND k.left_at IS NULL);

-- What staff work with.
INSERT INTO labels (id, title, color, description, created_at, updated_at) VALUES
  (1, '技术支持', '#ff6b6b', '需要技术人员处理的问题', @now - 70 * @day, @now - 70 * @day),
  (2, '退换货',   '#f59e0b', '退货、换货与退款',       @now - 70 * @day, @now - 70 * @day),
  (3, '物流',     '#3b82f6', '发货与配送',             @now - 70 * @day, @now - 70 * @day),
  (4, 'VIP客户',  '#8b5cf6', '优先处理',               @now - 60 * @day, @now - 60 * @day),
  (5, '投诉',     '#dc2626', '需要主管跟进',           @now - 60 * @day, @now - 60 * @day);
INSERT INTO conversation_labels (conversation_id, label_id)
SELECT n, ELT(1 + k, 3, 2, 4, 2, 1, 3, 1, 2, 3, 4, 1) FROM demo_plan WHERE CRC32(n * 31) % 3 > 0;
INSERT INTO conversation_labels (conversation_id, label_id) VALUES (1, 3), (1, 4), (4, 1);
INSERT INTO canned_responses (short_code, content, created_at, updated_at) VALUES
  ('hello',   '您好，我是客服，很高兴为您服务，请问有什么可以帮您？', @now - 70 * @day, @now - 70 * @day),
  ('wait',    '好的，请您稍等，我马上为您核实。', @now - 70 * @day, @now - 70 * @day),
  ('ship',    '您的订单将在付款后 48 小时内发出，发出后会有短信通知，您也可以在“我的订单”里查看物流。', @now - 70 * @day, @now - 70 * @day),
  ('return',  '签收之日起七天内，商品完好即可申请退货：打开“我的订单”，选择商品，点击“申请退货”。', @now - 70 * @day, @now - 70 * @day),
  ('invoice', '请在订单详情页点击“申请发票”，填写抬头和税号，电子发票会在 24 小时内发到您的邮箱。', @now - 60 * @day, @now - 60 * @day),
  ('sorry',   '非常抱歉给您带来不便，我们会尽快为您处理。', @now - 60 * @day, @now - 60 * @day),
  ('bye',     '感谢您的咨询，祝您生活愉快！如有其他问题，欢迎随时联系我们。', @now - 60 * @day, @now - 60 * @day),
  ('hello_en', 'Hello, thank you for contacting us. How can I help you?', @now - 60 * @day, @now - 60 * @day);

INSERT INTO audit_log (user_id, action, resource_id, details, ip_address, user_agent, created_at) VALUES
  (1, 'user:create', 3, '{"role":"agent"}', '192.168.1.100', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', @now - 70 * @day),
  (1, 'team:create', 1, '{"name":"技术支持团队"}', '192.168.1.100', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', @now - 70 * @day + 60000),
  (1, 'team:add_member', 1, '{"user_id":3}', '192.168.1.100', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', @now - 70 * @day + 90000),
  (1, 'user:create', 4, '{"role":"agent"}', '192.168.1.100', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', @now - 60 * @day),
  (1, 'label:create', 4, '{"title":"VIP客户"}', '192.168.1.100', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', @now - 60 * @day + 60000),
  (2, 'conversation:assign', 1, NULL, '192.168.1.102', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', @now - 1790000),
  (3, 'conversation:priority', 1, NULL, '192.168.1.103', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)', @now - 1700000);

-- When the agents were at work: mornings and afternoons of the last 30 days, not on every day.
INSERT INTO online_intervals (user_id, started_at, seen_at, ended_at)
WITH RECURSIVE d AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM d WHERE i < 60)
SELECT s.id, s.t, s.t + s.ms, s.t + s.ms FROM (
  SELECT u.id, FLOOR(@now / @day) * @day - CEIL(d.i / 2) * @day + IF(d.i % 2, 3600000, 19800000) + CRC32(u.id * 100 + d.i) % 900000 AS t, 11700000 + CRC32(u.id * 7 + d.i) % 1800000 AS ms
  FROM d JOIN users u ON u.id IN (3, 4, 5) WHERE CRC32(u.id * 31 + CEIL(d.i / 2)) % 6 > 0) s;

-- What is counted in rows, counted.
UPDATE assignments a JOIN conversations c ON c.id = a.conversation_id SET a.upto_seq = c.last_seq WHERE a.ended_at IS NOT NULL;
UPDATE conversations c JOIN (SELECT stream, MAX(id) AS id FROM messages GROUP BY stream) m ON m.stream = c.id SET c.last_message_id = m.id;
UPDATE users u JOIN (SELECT agent_id, COUNT(*) AS n FROM assignments WHERE ended_at IS NULL GROUP BY agent_id) a ON a.agent_id = u.id SET u.active_sessions = a.n;
UPDATE users u JOIN (SELECT agent_id, COUNT(*) AS n, SUM(answered_at - asked_at) AS ms FROM responses GROUP BY agent_id) r ON r.agent_id = u.id SET u.responses = r.n, u.response_ms = r.ms;
UPDATE users u JOIN (SELECT rated_agent_id, COUNT(*) AS n, SUM(rating) AS total FROM conversations WHERE rated_agent_id IS NOT NULL GROUP BY rated_agent_id) r
  ON r.rated_agent_id = u.id SET u.ratings = r.n, u.rating_sum = r.total;
UPDATE users u JOIN (SELECT contact_id, COUNT(*) AS n, MAX(updated_at) AS t FROM conversations GROUP BY contact_id) c ON c.contact_id = u.id
  SET u.conversations = c.n, u.last_active_at = c.t;
-- Read marks as messages set them: who writes has read; an agent's answer reads what came before. The AI's answers end no wait.
UPDATE conversations c JOIN (SELECT stream, MAX(IF(sender_type = 2, seq, 0)) AS answered FROM messages GROUP BY stream) m ON m.stream = c.id
  SET c.contact_read_seq = c.last_seq, c.unread_contact = 0,
    c.staff_read_seq = IF(c.status IN (2, 3), c.last_seq, m.answered),
    c.unread_staff = IF(c.status IN (2, 3), 0, (SELECT COUNT(*) FROM messages x WHERE x.stream = c.id AND x.sender_type = 0 AND x.seq > m.answered)),
    c.asked_at = IF(m.answered = 0, c.first_asked_at, c.asked_at);
-- A private note among staff, what agents are told of, and the counts that the lists show.
INSERT INTO messages (stream, seq, uuid, sender_id, sender_type, sender_name, private, content, metadata, created_at) VALUES
  (1, 4, UUID(), 2, 2, '客服主管', 1, '老客户，请优先处理，必要时给一张优惠券。', '{"mentions":[3]}', @now - 200000);
UPDATE conversations SET last_seq = 4, notes = 1, shown_seq = 3 WHERE id = 1;
INSERT INTO notifications (user_id, type, conversation_id, name, created_at, read_at) VALUES
  (3, 2, 1, '客户张三', @now - 1790000, @now - 1780000),
  (3, 0, 1, '客户张三', @now - 240000, NULL),
  (3, 1, 1, '客服主管', @now - 200000, NULL),
  (5, 2, 4, '李四', @now - 950000, NULL);
INSERT INTO conversation_tally_deltas (status, assignee_id, team_id, agent_type, priority, waiting, n)
  SELECT status, COALESCE(assignee_id, 0), COALESCE(team_id, 0), agent_type, priority, queue_rank IS NOT NULL, COUNT(*)
  FROM conversations GROUP BY status, COALESCE(assignee_id, 0), COALESCE(team_id, 0), agent_type, priority, queue_rank IS NOT NULL;
UPDATE conversations c JOIN users u ON u.id = c.contact_id LEFT JOIN users a ON a.id = c.assignee_id
  SET c.contact_handle = u.public_id, c.assignee_handle = COALESCE(a.public_id, '');

UPDATE conversation_labels s JOIN conversations c ON c.id = s.conversation_id
  SET s.last_message_at = c.last_message_at, s.status = c.status, s.agent_type = c.agent_type, s.priority = c.priority,
    s.assignee_id = c.assignee_id, s.team_id = c.team_id, s.created_at = c.created_at, s.wait_rank = c.wait_rank, c.labelled = 1;

INSERT INTO site (name, value) VALUES ('demo', '1');
COMMIT;
