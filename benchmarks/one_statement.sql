-- The measures of a month as an analyst would first write them: one statement, windows
-- over strings. A slightly simpler form than the definitions: no provisional values,
-- no options of rounds. On the benchmark's records both give the same cells.
WITH lines AS (
    SELECT m.shop, m.customer, m.sent_at, m.place, m.sender, CAST(m.sent_at AS DATE) AS day,
           coalesce(a.person, '(unassigned)') AS person,
           contains(m.text, $phrase) AS has_phrase
    FROM messages m
    LEFT JOIN accounts a
      ON a.shop = m.shop AND a.account = m.account
     AND coalesce(a."from", DATE '0001-01-01') <= CAST(m.sent_at AS DATE)
     AND coalesce(a."to", DATE '9999-12-31') >= CAST(m.sent_at AS DATE)
    WHERE m.sender IN ('customer', 'agent')
), walked AS (
    SELECT *,
           lag(sender) OVER stream AS before,
           min(CASE WHEN sender = 'customer' THEN sent_at END) OVER whole AS first_customer_at,
           min(CASE WHEN sender = 'customer' THEN (sent_at, place) END) OVER whole AS first_customer
    FROM lines
    WINDOW stream AS (PARTITION BY shop, person, customer, day ORDER BY sent_at, place),
           whole AS (PARTITION BY shop, person, customer, day)
), answered AS (
    SELECT *,
           sender = 'customer' AND before IS DISTINCT FROM 'customer' AS opens,
           min(CASE WHEN sender = 'agent' THEN sent_at END) OVER later AS next_answer_at
    FROM walked
    WINDOW later AS (PARTITION BY shop, person, customer, day ORDER BY sent_at, place
                     ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
), consultations AS (
    SELECT shop, person, customer, day, any_value(first_customer_at) AS first_customer_at,
           count(*) FILTER (sender = 'customer') AS customer_messages,
           count(*) FILTER (sender = 'agent') AS agent_messages,
           count(*) FILTER (sender = 'agent' AND has_phrase) AS phrases,
           count(*) FILTER (sender = 'agent' AND (sent_at, place) > first_customer) AS answers,
           count(*) FILTER (opens AND next_answer_at IS NOT NULL) AS response_rounds,
           coalesce(sum(epoch(next_answer_at) - epoch(sent_at)) FILTER (opens), 0) AS response_seconds
    FROM answered
    GROUP BY ALL
    HAVING count(*) FILTER (sender = 'customer') > 0
), judged AS (
    SELECT c.*,
           EXISTS (SELECT 1 FROM orders o WHERE o.shop = c.shop AND o.customer = c.customer
                   AND o.paid_at < c.first_customer_at AND CAST(o.paid_at AS DATE) >= c.day - 14)
           AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.shop = c.shop AND o.customer = c.customer
                           AND CAST(o.created_at AS DATE) = c.day) AS after_sale,
           EXISTS (SELECT 1 FROM orders o WHERE o.shop = c.shop AND o.customer = c.customer
                   AND o.created_at >= c.first_customer_at AND CAST(o.created_at AS DATE) <= c.day + 1)
           OR NOT EXISTS (SELECT 1 FROM orders o WHERE o.shop = c.shop AND o.customer = c.customer
                          AND CAST(o.created_at AS DATE) >= c.day - 1 AND o.created_at < c.first_customer_at) AS inquiry
    FROM consultations c
), receptions AS (
    SELECT * FROM judged
    WHERE NOT after_sale AND phrases < 2 AND NOT (customer_messages = 1 AND answers >= 3)
), placed AS (
    SELECT o.order_id, o.amount, o.paid_amount, o.created_at, o.paid_at,
           arg_max(l.person, (l.sent_at, l.place)) AS person
    FROM orders o
    JOIN lines l ON l.shop = o.shop AND l.customer = o.customer AND l.sender = 'agent'
                AND l.sent_at <= o.created_at AND l.day >= CAST(o.created_at AS DATE) - 1
    SEMI JOIN receptions r
      ON r.shop = l.shop AND r.person = l.person AND r.customer = l.customer AND r.day = l.day
    WHERE CAST(o.created_at AS DATE) BETWEEN $first AND $last
    GROUP BY ALL
)
SELECT person, measure, CAST(sum(value) AS DECIMAL(20, 2)) AS value
FROM (
    SELECT person, unnest(['receptions', 'inquiries', 'customer_messages', 'agent_messages',
                           'response_rounds', 'response_seconds']) AS measure,
           unnest([1, CAST(inquiry AS INT), customer_messages, agent_messages,
                   response_rounds, response_seconds])::DECIMAL(20, 2) AS value
    FROM receptions
    UNION ALL
    SELECT person, unnest(['orders', 'ordered_amount', 'sales_amount']),
           unnest([1, amount,
                   CASE WHEN CAST(paid_at AS DATE) <= CAST(created_at AS DATE) + 4 THEN paid_amount ELSE 0 END
                  ])::DECIMAL(20, 2)
    FROM placed
)
GROUP BY ALL
HAVING sum(value) <> 0
ORDER BY ALL
