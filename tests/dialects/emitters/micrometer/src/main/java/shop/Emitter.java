package shop;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
@RestController
public class Emitter {
    public static void main(String[] arguments) {
        SpringApplication.run(Emitter.class, arguments);
    }

    @GetMapping("/orders/{id}")
    public String order(@PathVariable String id) {
        return id;
    }

    @GetMapping("/refused")
    public ResponseEntity<String> refused() {
        return ResponseEntity.status(503).body("no");
    }

    @GetMapping("/broken")
    public String broken() {
        throw new IllegalStateException("on purpose");
    }
}
